"""The catalogue of starting points for images."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('image_start',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('builtin', sa.Boolean(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=True),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_image_start'))
    )


def downgrade() -> None:
    op.drop_table('image_start')
