"""Secrets of projects, and where their work is on Kubernetes."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('secret',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_secret_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['changed_by'], ['user.id'], name=op.f('fk_secret_changed_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_secret')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_secret_project_id_name'))
    )
    op.add_column('project', sa.Column('spaces', cubestudio.core.db.Json(), nullable=True))
    op.add_column('project', sa.Column('node_group', sa.String(length=63), nullable=True))


def downgrade() -> None:
    op.drop_column('project', 'node_group')
    op.drop_column('project', 'spaces')
    op.drop_table('secret')
