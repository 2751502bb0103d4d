"""Parameters and tags that the code of steps logged."""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tracked',
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('step', sa.String(length=50), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_tracked_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'step', 'item', 'kind', 'name', name=op.f('pk_tracked'))
    )


def downgrade() -> None:
    op.drop_table('tracked')
