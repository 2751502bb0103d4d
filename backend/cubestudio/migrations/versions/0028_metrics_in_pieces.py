"""Metrics as curves with pieces, in which every number is kept as it is. Those from before are not taken over."""

import sqlalchemy as sa
import cubestudio.core.db
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('metric')
    op.create_table('metric_source',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('step', sa.String(length=50), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('lines', sa.BigInteger(), nullable=False),
    sa.Column('names', sa.Integer(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('faults', cubestudio.core.db.Json(), nullable=False),
    sa.Column('left_out', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_metric_source_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_metric_source'))
    )
    op.create_index('ix_metric_source_run_id', 'metric_source', ['run_id'])
    op.create_table('metric',
    sa.Column('source_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('step', sa.String(length=50), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('tail', cubestudio.core.db.Bytes(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_metric_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'key', name=op.f('pk_metric'))
    )
    op.create_index('ix_metric_run_id', 'metric', ['run_id'])
    op.create_table('metric_piece',
    sa.Column('source_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('outline', cubestudio.core.db.Bytes(), nullable=False),
    sa.Column('data', cubestudio.core.db.Bytes(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_metric_piece_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source_id', 'key', 'number', name=op.f('pk_metric_piece'))
    )
    op.create_index('ix_metric_piece_run_id', 'metric_piece', ['run_id'])


def downgrade() -> None:
    op.drop_table('metric_piece')
    op.drop_table('metric')
    op.drop_table('metric_source')
    op.create_table('metric',
    sa.Column('pod_id', sa.String(length=36), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('step', sa.String(length=50), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('at_step', sa.BigInteger(), nullable=True),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_metric_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pod_id', 'line', name=op.f('pk_metric'))
    )
    op.create_index('ix_metric_run_id', 'metric', ['run_id'])
