"""How many replicas of a revision are wanted now, and how many requests were under way."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('service_revision', sa.Column('wanted', sa.Integer(), nullable=True))
    op.add_column('service_revision', sa.Column('scaled_at', cubestudio.core.db.Utc(), nullable=True))
    op.add_column('service_slot', sa.Column('busy', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('service_slot') as table:
        table.alter_column('busy', existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    op.drop_column('service_slot', 'busy')
    op.drop_column('service_revision', 'scaled_at')
    op.drop_column('service_revision', 'wanted')
