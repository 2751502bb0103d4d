"""The ledger of what was done, and the end of its chain."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ledger',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('actor_id', sa.String(length=60), nullable=True),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=True),
    sa.Column('operation', sa.String(length=100), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('detail', cubestudio.core.db.Json(), nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger'))
    )
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_actor', ['actor'], unique=False)
        batch_op.create_index('ix_ledger_number', ['number'], unique=True)
        batch_op.create_index('ix_ledger_operation', ['operation'], unique=False)
        batch_op.create_index('ix_ledger_target', ['target'], unique=False)

    op.create_table('ledger_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_head'))
    )
    op.execute("INSERT INTO ledger_head (id, number, digest) VALUES (1, 0, '')")


def downgrade() -> None:
    op.drop_table('ledger_head')
    op.drop_table('ledger')
