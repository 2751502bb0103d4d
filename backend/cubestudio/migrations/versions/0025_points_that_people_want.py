"""Points of a search that people want tried before anything else."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('search', sa.Column('queued', cubestudio.core.db.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column('search', 'queued')
