"""Schedules of pipelines and their moments."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pipeline_schedule',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('next_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_pipeline_schedule_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_pipeline_schedule_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_pipeline_schedule_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pipeline_schedule')),
    sa.UniqueConstraint('pipeline_id', 'name', name=op.f('uq_pipeline_schedule_pipeline_id_name'))
    )
    op.create_index('ix_pipeline_schedule_next_at', 'pipeline_schedule', ['next_at'])
    op.create_table('pipeline_tick',
    sa.Column('schedule_id', sa.String(length=36), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=True),
    sa.Column('run_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_pipeline_tick_run_id_run'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['schedule_id'], ['pipeline_schedule.id'], name=op.f('fk_pipeline_tick_schedule_id_pipeline_schedule'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('schedule_id', 'at', name=op.f('pk_pipeline_tick'))
    )
    op.create_index('ix_pipeline_tick_run_id', 'pipeline_tick', ['run_id'])
    op.create_index('ix_pipeline_tick_state', 'pipeline_tick', ['state'])


def downgrade() -> None:
    op.drop_table('pipeline_tick')
    op.drop_table('pipeline_schedule')
