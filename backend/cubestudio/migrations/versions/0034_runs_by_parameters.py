"""Runs are found by what they were started with; those from before are not."""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'run_param',
        sa.Column('digest', sa.String(32), nullable=False),
        sa.Column('run_id', sa.String(36), nullable=False),
        sa.Column('project_id', sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_param_run_id_run'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('digest', 'run_id', name=op.f('pk_run_param')),
    )
    op.create_index('ix_run_param_project_id', 'run_param', ['project_id', 'digest', 'run_id'])
    op.create_index('ix_run_param_run_id', 'run_param', ['run_id'])


def downgrade() -> None:
    op.drop_table('run_param')
