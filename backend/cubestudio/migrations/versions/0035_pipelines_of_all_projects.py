"""Indexes for the list of all pipelines, by when they changed and by name."""

from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None
NEW = {'ix_pipeline_changed_at_id': ['changed_at', 'id'], 'ix_pipeline_name_id': ['name', 'id']}


def upgrade() -> None:
    for name, columns in NEW.items():
        op.create_index(name, 'pipeline', columns)


def downgrade() -> None:
    for name in NEW:
        op.drop_index(name, 'pipeline')
