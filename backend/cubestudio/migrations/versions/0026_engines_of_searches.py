"""The run of somebody else's engine that suggests the points of a search, and those that it has asked for."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('search', sa.Column('engine_run', sa.String(length=36), nullable=True))
    op.add_column('search', sa.Column('suggested', cubestudio.core.db.Json(), nullable=True))
    op.create_index('ix_search_engine_run', 'search', ['engine_run'])


def downgrade() -> None:
    op.drop_index('ix_search_engine_run', 'search')
    op.drop_column('search', 'suggested')
    op.drop_column('search', 'engine_run')
