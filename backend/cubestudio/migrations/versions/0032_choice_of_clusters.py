"""Projects whose runs go to the first cluster that fits, and runs that are moved."""

import sqlalchemy as sa
import cubestudio.core.db
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('project', sa.Column('placement', sa.String(length=10), server_default='named', nullable=False))
    op.add_column('run', sa.Column('candidates', cubestudio.core.db.Json(), nullable=True))
    op.add_column('run', sa.Column('passed', cubestudio.core.db.Json(), nullable=True))
    op.add_column('run', sa.Column('offered_at', cubestudio.core.db.Utc(), nullable=True))
    op.add_column('run', sa.Column('leaving', sa.String(length=50), nullable=True))


def downgrade() -> None:
    for name in ('leaving', 'offered_at', 'passed', 'candidates'):
        op.drop_column('run', name)
    op.drop_column('project', 'placement')
