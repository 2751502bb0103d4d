"""Searches and their trials."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('counts', cubestudio.core.db.Json(), nullable=False),
    sa.Column('best', cubestudio.core.db.Json(), nullable=True),
    sa.Column('busy_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_search_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_search_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_search_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_search_project_id_name'))
    )
    with op.batch_alter_table('search', schema=None) as batch_op:
        batch_op.create_index('ix_search_project_id', ['project_id', 'id'], unique=False)
        batch_op.create_index('ix_search_state', ['state'], unique=False)

    op.create_table('trial',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('search_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=True),
    sa.Column('params', cubestudio.core.db.Json(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('values', cubestudio.core.db.Json(), nullable=True),
    sa.Column('curve', cubestudio.core.db.Json(), nullable=False),
    sa.Column('memory', cubestudio.core.db.Json(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['search_id'], ['search.id'], name=op.f('fk_trial_search_id_search'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial')),
    sa.UniqueConstraint('search_id', 'number', name=op.f('uq_trial_search_id_number'))
    )
    with op.batch_alter_table('trial', schema=None) as batch_op:
        batch_op.create_index('ix_trial_run_id', ['run_id'], unique=False)



def downgrade() -> None:
    op.drop_table('trial')
    op.drop_table('search')
