"""How far a token goes, and the one project that it is for."""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scope', sa.String(length=10), server_default=sa.text("'manage'"), nullable=False))
        batch_op.add_column(sa.Column('project_id', sa.String(length=36), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.drop_column('project_id')
        batch_op.drop_column('scope')
