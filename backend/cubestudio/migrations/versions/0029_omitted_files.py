"""What a step left and could not be kept."""

import sqlalchemy as sa
import cubestudio.core.db
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('step', sa.Column('omitted', cubestudio.core.db.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column('step', 'omitted')
