"""Models with their versions, services with their revisions."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('model',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_model_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_model_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_model_project_id_name'))
    )
    op.create_table('service',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('access', sa.String(length=10), nullable=False),
    sa.Column('on', sa.Boolean(), nullable=False),
    sa.Column('traffic', cubestudio.core.db.Json(), nullable=False),
    sa.Column('mirror', sa.Integer(), nullable=True),
    sa.Column('rollout', cubestudio.core.db.Json(), nullable=True),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_service_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_service_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_service_project_id_name'))
    )
    op.create_table('model_alias',
    sa.Column('model_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('moved_by', sa.String(length=36), nullable=False),
    sa.Column('moved_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['model_id'], ['model.id'], name=op.f('fk_model_alias_model_id_model'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moved_by'], ['user.id'], name=op.f('fk_model_alias_moved_by_user')),
    sa.PrimaryKeyConstraint('model_id', 'name', name=op.f('pk_model_alias'))
    )
    op.create_table('model_version',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('model_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('framework', sa.String(length=20), nullable=False),
    sa.Column('files', cubestudio.core.db.Json(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('signature', cubestudio.core.db.Json(), nullable=True),
    sa.Column('requirements', cubestudio.core.db.Json(), nullable=False),
    sa.Column('metrics', cubestudio.core.db.Json(), nullable=False),
    sa.Column('tags', cubestudio.core.db.Json(), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=True),
    sa.Column('lineage', cubestudio.core.db.Json(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_model_version_created_by_user')),
    sa.ForeignKeyConstraint(['model_id'], ['model.id'], name=op.f('fk_model_version_model_id_model'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_version')),
    sa.UniqueConstraint('model_id', 'number', name=op.f('uq_model_version_model_id_number'))
    )
    with op.batch_alter_table('model_version', schema=None) as batch_op:
        batch_op.create_index('ix_model_version_run_id', ['run_id'], unique=False)

    op.create_table('service_key',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('ending', sa.String(length=8), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_service_key_created_by_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_key_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_service_key_digest')),
    sa.UniqueConstraint('service_id', 'name', name=op.f('uq_service_key_service_id_name'))
    )
    op.create_table('service_revision',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('spec', cubestudio.core.db.Json(), nullable=False),
    sa.Column('model_version_id', sa.String(length=36), nullable=True),
    sa.Column('model', cubestudio.core.db.Json(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('failure', cubestudio.core.db.Json(), nullable=True),
    sa.Column('sleeps', sa.Boolean(), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('ready', sa.Integer(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('released', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('submitted_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('requested_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('placed_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('running_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ready_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_service_revision_created_by_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_revision_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_revision')),
    sa.UniqueConstraint('service_id', 'number', name=op.f('uq_service_revision_service_id_number'))
    )
    with op.batch_alter_table('service_revision', schema=None) as batch_op:
        batch_op.create_index('ix_service_revision_model_version_id', ['model_version_id'], unique=False)
        batch_op.create_index('ix_service_revision_state', ['state'], unique=False)

    op.create_table('service_slot',
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=36), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.Column('mirrored', sa.Integer(), nullable=False),
    sa.Column('different', sa.Integer(), nullable=False),
    sa.Column('times', cubestudio.core.db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_slot_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('service_id', 'at', 'number', 'source', name=op.f('pk_service_slot'))
    )
    with op.batch_alter_table('service_slot', schema=None) as batch_op:
        batch_op.create_index('ix_service_slot_at', ['at'], unique=False)



def downgrade() -> None:
    op.drop_table('service_slot')
    op.drop_table('service_revision')
    op.drop_table('service_key')
    op.drop_table('model_version')
    op.drop_table('model_alias')
    op.drop_table('service')
    op.drop_table('model')
