"""Projects that are put away, and those that are being deleted."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.add_column(sa.Column('archived_at', cubestudio.core.db.Utc(), nullable=True))
        batch_op.add_column(sa.Column('deleted_at', cubestudio.core.db.Utc(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.drop_column('deleted_at')
        batch_op.drop_column('archived_at')
