"""Indexes that end with the order of the lists which are asked by their first columns."""

from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None
NEW = {
    'run': {
        'ix_run_project_id_state': ['project_id', 'state', 'id'],
        'ix_run_pipeline_id': ['pipeline_id', 'id'],
        'ix_run_state': ['state', 'id'],
        'ix_run_created_by': ['created_by', 'id'],
    },
    'notebook': {'ix_notebook_created_by': ['created_by', 'id'], 'ix_notebook_state': ['state', 'id']},
    'pipeline': {'ix_pipeline_project_id': ['project_id', 'id'], 'ix_pipeline_changed_at': ['project_id', 'changed_at', 'id']},
    'version': {'ix_version_pipeline_id': ['pipeline_id', 'id']},
    'pipeline_schedule': {
        'ix_pipeline_schedule_project_id': ['project_id', 'id'],
        'ix_pipeline_schedule_pipeline_id': ['pipeline_id', 'id'],
    },
    'model': {'ix_model_project_id': ['project_id', 'id']},
    'service': {'ix_service_project_id': ['project_id', 'id']},
    'ledger': {
        'ix_ledger_actor': ['actor', 'id'],
        'ix_ledger_actor_id': ['actor_id', 'id'],
        'ix_ledger_target': ['target', 'id'],
    },
}
OLD = {
    'run': {'ix_run_state': ['state']},
    'notebook': {'ix_notebook_created_by': ['created_by'], 'ix_notebook_state': ['state']},
    'version': {'ix_version_pipeline_id': ['pipeline_id']},
    'ledger': {'ix_ledger_actor': ['actor'], 'ix_ledger_operation': ['operation'], 'ix_ledger_target': ['target']},
}


NEEDED = {'run': 'created_by', 'pipeline_schedule': 'project_id'}
"""Columns of foreign keys, for which MariaDB made an index of its own that it dropped when there was another."""


def upgrade() -> None:
    _change(OLD, NEW)


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        for table, column in NEEDED.items():
            op.create_index(f'fk_{table}_{column}', table, [column])
    _change(NEW, OLD)


def _change(before: dict, after: dict) -> None:
    """MariaDB keeps an index that a foreign key needs until another one begins with its column."""
    for table in dict.fromkeys((*before, *after)):
        kept = before.get(table, {})
        for name, columns in after.get(table, {}).items():
            op.create_index(f'{name}_' if name in kept else name, table, columns)
        for name in kept:
            op.drop_index(name, table)
        for name in after.get(table, {}):
            if name in kept:
                _rename(table, f'{name}_', name, after[table][name])


def _rename(table: str, old: str, new: str, columns: list[str]) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.drop_index(old, table)
        op.create_index(new, table, columns)
    else:
        op.execute(f'ALTER TABLE `{table}` RENAME INDEX `{old}` TO `{new}`')
