"""Limits of cards by their kind, and of what a project keeps."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('quota', sa.Column('cards', cubestudio.core.db.Json(), nullable=True))
    op.add_column('quota', sa.Column('storage', sa.BigInteger(), nullable=True))
    op.add_column('holding', sa.Column('cards', cubestudio.core.db.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column('holding', 'cards')
    op.drop_column('quota', 'storage')
    op.drop_column('quota', 'cards')
