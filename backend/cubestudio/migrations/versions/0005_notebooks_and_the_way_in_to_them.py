"""Notebooks, and the way in to them."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notebook',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('spec', cubestudio.core.db.Json(), nullable=False),
    sa.Column('former', cubestudio.core.db.Json(), nullable=True),
    sa.Column('share', sa.String(length=4), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('failure', cubestudio.core.db.Json(), nullable=True),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('released', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('submitted_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('requested_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('placed_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('running_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ready_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('touched_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('connected_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('activity', cubestudio.core.db.Json(), nullable=False),
    sa.Column('keep_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('evidence', cubestudio.core.db.Json(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_notebook_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notebook_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notebook')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_notebook_project_id_name'))
    )
    with op.batch_alter_table('notebook', schema=None) as batch_op:
        batch_op.create_index('ix_notebook_created_by', ['created_by'], unique=False)
        batch_op.create_index('ix_notebook_project_id', ['project_id', 'id'], unique=False)
        batch_op.create_index('ix_notebook_state', ['state'], unique=False)

    op.create_table('notebook_policy',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('idle_minutes', sa.Integer(), nullable=False),
    sa.Column('gpu_idle_minutes', sa.Integer(), nullable=False),
    sa.Column('warn_minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notebook_policy_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', name=op.f('pk_notebook_policy'))
    )
    op.create_table('pass',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=True),
    sa.Column('token_id', sa.String(length=36), nullable=True),
    sa.Column('thing', sa.String(length=36), nullable=False),
    sa.Column('ticket', sa.Boolean(), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_pass_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['token_id'], ['token.id'], name=op.f('fk_pass_token_id_token'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_pass_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pass')),
    sa.UniqueConstraint('digest', name=op.f('uq_pass_digest'))
    )
    with op.batch_alter_table('pass', schema=None) as batch_op:
        batch_op.create_index('ix_pass_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_pass_user_id', ['user_id'], unique=False)



def downgrade() -> None:
    op.drop_table('pass')
    op.drop_table('notebook_policy')
    op.drop_table('notebook')
