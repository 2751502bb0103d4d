"""What the engine of a search calls a trial, where it is found by it."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('trial', sa.Column('engine_key', sa.String(length=200), nullable=True))
    op.create_index('ix_trial_engine_key', 'trial', ['search_id', 'engine_key'])
    trial = sa.table('trial', sa.column('id'), sa.column('memory'), sa.column('engine_key'))
    for row in op.get_bind().execute(sa.select(trial.c.id, trial.c.memory).where(trial.c.memory.like('%"engine"%'))).all():
        if key := json.loads(row.memory).get('engine'):
            op.get_bind().execute(sa.update(trial).where(trial.c.id == row.id).values(engine_key=key))


def downgrade() -> None:
    op.drop_index('ix_trial_engine_key', 'trial')
    op.drop_column('trial', 'engine_key')
