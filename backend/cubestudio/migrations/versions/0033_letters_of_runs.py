"""What the members of a run's gangs leave for each other is counted."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('run', sa.Column('posted', sa.BigInteger(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('run', 'posted')
