"""Requests that a service rejected are counted apart from those that failed. What keys were counted before stays as it is: it does not say
which of the two it was."""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None
COLUMNS = (('service_slot', sa.Integer()), ('service_key_use', sa.BigInteger()))


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column(name, sa.Column('rejected', kind, nullable=False, server_default='0'))
        with op.batch_alter_table(name) as table:
            table.alter_column('rejected', existing_type=kind, server_default=None)


def downgrade() -> None:
    for name, _ in COLUMNS:
        op.drop_column(name, 'rejected')
