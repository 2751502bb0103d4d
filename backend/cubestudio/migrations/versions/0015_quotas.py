"""Limits of projects and people, and what has a part of them."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quota',
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('target', sa.String(length=36), nullable=False),
    sa.Column('cpu', sa.Double(), nullable=True),
    sa.Column('memory', sa.BigInteger(), nullable=True),
    sa.Column('gpu', sa.Integer(), nullable=True),
    sa.Column('pods', sa.Integer(), nullable=True),
    sa.Column('notebooks', sa.Integer(), nullable=True),
    sa.Column('queue', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'target', name=op.f('pk_quota'))
    )
    op.create_table('holding',
    sa.Column('workload', sa.String(length=100), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.String(length=36), nullable=False),
    sa.Column('cpu', sa.Double(), nullable=False),
    sa.Column('memory', sa.BigInteger(), nullable=False),
    sa.Column('gpu', sa.Integer(), nullable=False),
    sa.Column('pods', sa.Integer(), nullable=False),
    sa.Column('notebooks', sa.Integer(), nullable=False),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.Column('job', sa.String(length=100), nullable=False),
    sa.Column('args', cubestudio.core.db.Json(), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_holding_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('workload', name=op.f('pk_holding'))
    )
    with op.batch_alter_table('holding', schema=None) as batch_op:
        batch_op.create_index('ix_holding_project_id', ['project_id', 'waits'], unique=False)
        batch_op.create_index('ix_holding_user_id', ['user_id', 'waits'], unique=False)


def downgrade() -> None:
    op.drop_table('holding')
    op.drop_table('quota')
