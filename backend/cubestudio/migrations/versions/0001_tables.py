"""All tables of the first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

import cubestudio.core.db

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('image_preset',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('builtin', sa.Boolean(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=True),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_image_preset'))
    )
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
    op.create_index('ix_ledger_actor', 'ledger', ['actor', 'id'], unique=False)
    op.create_index('ix_ledger_actor_id', 'ledger', ['actor_id', 'id'], unique=False)
    op.create_index('ix_ledger_number', 'ledger', ['number'], unique=True)
    op.create_index('ix_ledger_target', 'ledger', ['target', 'id'], unique=False)
    op.create_table('ledger_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_head'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('job', sa.String(length=100), nullable=True),
    sa.Column('body', cubestudio.core.db.Json(), nullable=False),
    sa.Column('send_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('claimed_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_send_at', 'outbox', ['send_at'], unique=False)
    op.create_table('people_group',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('provider', sa.String(length=50), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_group')),
    sa.UniqueConstraint('name', name=op.f('uq_people_group_name'))
    )
    op.create_table('quota',
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('target', sa.String(length=36), nullable=False),
    sa.Column('cpu', sa.Double(), nullable=True),
    sa.Column('memory', sa.BigInteger(), nullable=True),
    sa.Column('gpu', sa.Integer(), nullable=True),
    sa.Column('pods', sa.Integer(), nullable=True),
    sa.Column('notebooks', sa.Integer(), nullable=True),
    sa.Column('cards', cubestudio.core.db.Json(), nullable=True),
    sa.Column('storage', sa.BigInteger(), nullable=True),
    sa.Column('queue', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'target', name=op.f('pk_quota'))
    )
    op.create_table('schedule',
    sa.Column('job', sa.String(length=100), nullable=False),
    sa.Column('cron', sa.String(length=100), nullable=False),
    sa.Column('next_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('last_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('last_seconds', sa.Double(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('job', name=op.f('pk_schedule'))
    )
    op.create_table('user',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('admin', sa.Boolean(), nullable=False),
    sa.Column('auditor', sa.Boolean(), server_default=sa.text('0'), nullable=False),
    sa.Column('ssh_keys', sa.Text(), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('closed_at', cubestudio.core.db.Utc(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('name', name=op.f('uq_user_name'))
    )
    op.create_table('identity',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('provider', sa.String(length=50), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_identity_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('provider', 'subject', name=op.f('uq_identity_provider_subject'))
    )
    op.create_index('ix_identity_user_id', 'identity', ['user_id'], unique=False)
    op.create_table('link',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('used_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_link_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_link'))
    )
    op.create_table('people_group_member',
    sa.Column('group_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['people_group.id'], name=op.f('fk_people_group_member_group_id_people_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_people_group_member_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_people_group_member'))
    )
    op.create_index('ix_people_group_member_user_id', 'people_group_member', ['user_id'], unique=False)
    op.create_table('discarded_object',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discarded_object'))
    )
    op.create_index('ix_discarded_object_project_id', 'discarded_object', ['project_id', 'id'], unique=False)
    op.create_table('project',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('clusters', cubestudio.core.db.Json(), nullable=True),
    sa.Column('placement', sa.String(length=10), server_default='named', nullable=False),
    sa.Column('spaces', cubestudio.core.db.Json(), nullable=True),
    sa.Column('node_group', sa.String(length=63), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('archived_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('deleted_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_project_created_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('name', name=op.f('uq_project_name'))
    )
    op.create_table('session',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('agent', sa.String(length=300), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('seen_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('viewing_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_session_user_id_user'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['viewing_id'], ['user.id'], name=op.f('fk_session_viewing_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('digest', name=op.f('uq_session_digest'))
    )
    op.create_index('ix_session_user_id', 'session', ['user_id'], unique=False)
    op.create_table('token',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('ending', sa.String(length=8), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('used_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('revoked_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('scope', sa.String(length=10), server_default=sa.text("'manage'"), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_token_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_token_digest'))
    )
    op.create_index('ix_token_user_id', 'token', ['user_id'], unique=False)
    op.create_table('holding',
    sa.Column('workload', sa.String(length=100), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.String(length=36), nullable=False),
    sa.Column('cpu', sa.Double(), nullable=False),
    sa.Column('memory', sa.BigInteger(), nullable=False),
    sa.Column('gpu', sa.Integer(), nullable=False),
    sa.Column('pods', sa.Integer(), nullable=False),
    sa.Column('notebooks', sa.Integer(), nullable=False),
    sa.Column('cards', cubestudio.core.db.Json(), nullable=True),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.Column('job', sa.String(length=100), nullable=False),
    sa.Column('args', cubestudio.core.db.Json(), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_holding_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('workload', name=op.f('pk_holding'))
    )
    op.create_index('ix_holding_project_id', 'holding', ['project_id', 'waits'], unique=False)
    op.create_index('ix_holding_user_id', 'holding', ['user_id', 'waits'], unique=False)
    op.create_table('image',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_image_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_image_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_image')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_image_project_id_name'))
    )
    op.create_index('ix_image_project_id', 'image', ['project_id', 'id'], unique=False)
    op.create_table('membership',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_membership_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_membership_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'user_id', name=op.f('pk_membership'))
    )
    op.create_index('ix_membership_user_id', 'membership', ['user_id'], unique=False)
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
    op.create_index('ix_model_project_id', 'model', ['project_id', 'id'], unique=False)
    op.create_table('notebook',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('spec', cubestudio.core.db.Json(), nullable=False),
    sa.Column('former', cubestudio.core.db.Json(), nullable=True),
    sa.Column('sharing', sa.String(length=4), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('touched_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('connected_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('activity', cubestudio.core.db.Json(), nullable=False),
    sa.Column('extended_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('evidence', cubestudio.core.db.Json(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_notebook_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notebook_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notebook')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_notebook_project_id_name'))
    )
    op.create_index('ix_notebook_created_by', 'notebook', ['created_by', 'id'], unique=False)
    op.create_index('ix_notebook_project_id', 'notebook', ['project_id', 'id'], unique=False)
    op.create_index('ix_notebook_state', 'notebook', ['state', 'id'], unique=False)
    op.create_table('notebook_policy',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('idle_minutes', sa.Integer(), nullable=False),
    sa.Column('gpu_idle_minutes', sa.Integer(), nullable=False),
    sa.Column('warn_minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notebook_policy_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', name=op.f('pk_notebook_policy'))
    )
    op.create_table('notification',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('event', sa.String(length=150), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('unread', sa.Boolean(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notification_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('user_id', 'event', name=op.f('uq_notification_user_id_event'))
    )
    op.create_index('ix_notification_project_id', 'notification', ['project_id'], unique=False)
    op.create_index('ix_notification_user_id', 'notification', ['user_id', 'id'], unique=False)
    op.create_index('ix_notification_user_id_unread', 'notification', ['user_id', 'unread', 'id'], unique=False)
    op.create_table('notification_setting',
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('console', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_setting_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'kind', name=op.f('pk_notification_setting'))
    )
    op.create_table('notification_channel',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=True),
    sa.Column('project_id', sa.String(length=36), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('sealed_address', sa.Text(), nullable=False),
    sa.Column('sealed_secret', sa.Text(), nullable=True),
    sa.Column('kinds', cubestudio.core.db.Json(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('busy_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('delivered_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('failed_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notification_channel_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_channel_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_channel')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_notification_channel_project_id_name')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_notification_channel_user_id_name'))
    )
    op.create_table('notification_delivery',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('channel_id', sa.String(length=36), nullable=False),
    sa.Column('event', sa.String(length=150), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=True),
    sa.Column('project', sa.String(length=50), nullable=True),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['notification_channel.id'], name=op.f('fk_notification_delivery_channel_id_notification_channel'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_delivery')),
    sa.UniqueConstraint('channel_id', 'event', name=op.f('uq_notification_delivery_channel_id_event'))
    )
    op.create_index('ix_notification_delivery_channel_id', 'notification_delivery', ['channel_id', 'id'], unique=False)
    op.create_table('pass',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('session_id', sa.String(length=36), nullable=True),
    sa.Column('token_id', sa.String(length=36), nullable=True),
    sa.Column('thing', sa.String(length=36), nullable=False),
    sa.Column('ticket', sa.Boolean(), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_pass_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['token_id'], ['token.id'], name=op.f('fk_pass_token_id_token'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_pass_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pass')),
    sa.UniqueConstraint('digest', name=op.f('uq_pass_digest'))
    )
    op.create_index('ix_pass_expires_at', 'pass', ['expires_at'], unique=False)
    op.create_index('ix_pass_user_id', 'pass', ['user_id'], unique=False)
    op.create_table('pipeline',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('runs', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('layout', cubestudio.core.db.Json(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_pipeline_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_pipeline_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pipeline')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_pipeline_project_id_name'))
    )
    op.create_index('ix_pipeline_changed_at', 'pipeline', ['project_id', 'changed_at', 'id'], unique=False)
    op.create_index('ix_pipeline_changed_at_id', 'pipeline', ['changed_at', 'id'], unique=False)
    op.create_index('ix_pipeline_name_id', 'pipeline', ['name', 'id'], unique=False)
    op.create_index('ix_pipeline_project_id', 'pipeline', ['project_id', 'id'], unique=False)
    op.create_table('pod',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('workload', sa.String(length=100), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.String(length=36), nullable=False),
    sa.Column('step', sa.String(length=50), nullable=True),
    sa.Column('item', sa.Integer(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('machine', sa.String(length=253), nullable=True),
    sa.Column('runtime', sa.String(length=20), nullable=False),
    sa.Column('cpu', sa.Double(), nullable=False),
    sa.Column('memory', sa.BigInteger(), nullable=False),
    sa.Column('gpus', cubestudio.core.db.Json(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('finished_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('exit_code', sa.Integer(), nullable=True),
    sa.Column('signal', sa.Integer(), nullable=True),
    sa.Column('cpu_seconds', sa.Double(), nullable=True),
    sa.Column('peak_cpu', sa.Double(), nullable=True),
    sa.Column('peak_memory', sa.BigInteger(), nullable=True),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('log_size', sa.BigInteger(), nullable=False),
    sa.Column('index_size', sa.BigInteger(), nullable=False),
    sa.Column('log_done', sa.Boolean(), nullable=False),
    sa.Column('segments', cubestudio.core.db.Json(), nullable=False),
    sa.Column('usage', cubestudio.core.db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_pod_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pod'))
    )
    op.create_index('ix_pod_log_done', 'pod', ['log_done'], unique=False)
    op.create_index('ix_pod_owner_id', 'pod', ['owner_id'], unique=False)
    op.create_index('ix_pod_project_id', 'pod', ['project_id', 'id'], unique=False)
    op.create_index('ix_pod_workload', 'pod', ['workload'], unique=False)
    op.create_table('project_group',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('group_id', sa.String(length=36), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['people_group.id'], name=op.f('fk_project_group_group_id_people_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_group_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'group_id', name=op.f('pk_project_group'))
    )
    op.create_index('ix_project_group_group_id', 'project_group', ['group_id'], unique=False)
    op.create_table('project_invitation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('expires_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('used_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('used_by', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_project_invitation_created_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_invitation_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['used_by'], ['user.id'], name=op.f('fk_project_invitation_used_by_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_project_invitation_digest'))
    )
    op.create_index('ix_project_invitation_email', 'project_invitation', ['email'], unique=False)
    op.create_index('ix_project_invitation_project_id', 'project_invitation', ['project_id'], unique=False)
    op.create_table('registry',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('prefix', sa.String(length=300), nullable=False),
    sa.Column('username', sa.String(length=200), nullable=False),
    sa.Column('password', sa.Text(), nullable=False),
    sa.Column('insecure', sa.Boolean(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_registry_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_registry_project_id_name'))
    )
    op.create_table('secret',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('changed_by', sa.String(length=36), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['user.id'], name=op.f('fk_secret_changed_by_user')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_secret_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_secret')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_secret_project_id_name'))
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
    op.create_index('ix_service_project_id', 'service', ['project_id', 'id'], unique=False)
    op.create_table('template',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=True),
    sa.Column('scope', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('category', sa.String(length=50), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_template_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template')),
    sa.UniqueConstraint('scope', 'name', name=op.f('uq_template_scope_name'))
    )
    op.create_table('workload',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('body', sa.String(length=10), nullable=False),
    sa.Column('owner_id', sa.String(length=36), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('candidates', cubestudio.core.db.Json(), nullable=True),
    sa.Column('passed', cubestudio.core.db.Json(), nullable=True),
    sa.Column('leaving', sa.String(length=50), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('failure', cubestudio.core.db.Json(), nullable=True),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('ready', sa.Integer(), nullable=False),
    sa.Column('replicas', sa.Integer(), nullable=False),
    sa.Column('requested_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('offered_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('submitted_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('placed_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ready_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('stopping_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('released_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_workload_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workload')),
    sa.UniqueConstraint('name', name=op.f('uq_workload_name')),
    sa.UniqueConstraint('owner_id', 'start', name=op.f('uq_workload_owner_id_start'))
    )
    op.create_index('ix_workload_project_id', 'workload', ['project_id', 'released_at'], unique=False)
    op.create_index('ix_workload_state', 'workload', ['state', 'released_at'], unique=False)
    op.create_table('build',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('image_id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('recipe', sa.String(length=64), nullable=False),
    sa.Column('registry_id', sa.String(length=36), nullable=True),
    sa.Column('reference', sa.String(length=500), nullable=True),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('digest', sa.String(length=80), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('packages', cubestudio.core.db.Json(), nullable=False),
    sa.Column('files', cubestudio.core.db.Json(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('finished_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_build_created_by_user')),
    sa.ForeignKeyConstraint(['image_id'], ['image.id'], name=op.f('fk_build_image_id_image'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registry_id'], ['registry.id'], name=op.f('fk_build_registry_id_registry'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_build')),
    sa.UniqueConstraint('image_id', 'number', name=op.f('uq_build_image_id_number'))
    )
    op.create_index('ix_build_state', 'build', ['state'], unique=False)
    op.create_table('draft',
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text().with_variant(mysql.LONGTEXT(), 'mariadb').with_variant(mysql.LONGTEXT(), 'mysql'), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_draft_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_draft_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pipeline_id', 'user_id', name=op.f('pk_draft'))
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
    op.create_index('ix_model_version_run_id', 'model_version', ['run_id'], unique=False)
    op.create_table('pipeline_schedule',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('spec', cubestudio.core.db.Json(), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('next_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_pipeline_schedule_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_pipeline_schedule_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_pipeline_schedule_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pipeline_schedule')),
    sa.UniqueConstraint('pipeline_id', 'name', name=op.f('uq_pipeline_schedule_pipeline_id_name'))
    )
    op.create_index('ix_pipeline_schedule_next_at', 'pipeline_schedule', ['next_at'], unique=False)
    op.create_index('ix_pipeline_schedule_pipeline_id', 'pipeline_schedule', ['pipeline_id', 'id'], unique=False)
    op.create_index('ix_pipeline_schedule_project_id', 'pipeline_schedule', ['project_id', 'id'], unique=False)
    op.create_table('search',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('spec', cubestudio.core.db.Json(), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('counts', cubestudio.core.db.Json(), nullable=False),
    sa.Column('best', cubestudio.core.db.Json(), nullable=True),
    sa.Column('queued', cubestudio.core.db.Json(), nullable=True),
    sa.Column('engine_run', sa.String(length=36), nullable=True),
    sa.Column('suggested', cubestudio.core.db.Json(), nullable=True),
    sa.Column('busy_until', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_search_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_search_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_search_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search')),
    sa.UniqueConstraint('project_id', 'name', name=op.f('uq_search_project_id_name'))
    )
    op.create_index('ix_search_engine_run', 'search', ['engine_run'], unique=False)
    op.create_index('ix_search_project_id', 'search', ['project_id', 'id'], unique=False)
    op.create_index('ix_search_state', 'search', ['state'], unique=False)
    op.create_table('service_key',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('ending', sa.String(length=8), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=True),
    sa.Column('tokens_per_minute', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_service_key_created_by_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_key_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_service_key_digest')),
    sa.UniqueConstraint('service_id', 'name', name=op.f('uq_service_key_service_id_name'))
    )
    op.create_table('service_request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('caller', sa.String(length=120), nullable=False),
    sa.Column('method', sa.String(length=10), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('milliseconds', sa.Double(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('tokens', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_request_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_request'))
    )
    op.create_index('ix_service_request_service_id', 'service_request', ['service_id', 'id'], unique=False)
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
    sa.Column('sleeps', sa.Boolean(), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('ready', sa.Integer(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=True),
    sa.Column('scaled_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_service_revision_created_by_user')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_revision_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_revision')),
    sa.UniqueConstraint('service_id', 'number', name=op.f('uq_service_revision_service_id_number'))
    )
    op.create_index('ix_service_revision_model_version_id', 'service_revision', ['model_version_id'], unique=False)
    op.create_index('ix_service_revision_state', 'service_revision', ['state'], unique=False)
    op.create_table('service_slot',
    sa.Column('service_id', sa.String(length=36), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=36), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('busy', sa.Integer(), nullable=False),
    sa.Column('mirrored', sa.Integer(), nullable=False),
    sa.Column('different', sa.Integer(), nullable=False),
    sa.Column('times', cubestudio.core.db.Json(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_slot_service_id_service'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('service_id', 'at', 'number', 'source', name=op.f('pk_service_slot'))
    )
    op.create_index('ix_service_slot_at', 'service_slot', ['at'], unique=False)
    op.create_table('template_version',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('template_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', cubestudio.core.db.Json(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], name=op.f('fk_template_version_template_id_template'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_version')),
    sa.UniqueConstraint('template_id', 'number', name=op.f('uq_template_version_template_id_number'))
    )
    op.create_index('ix_template_version_template_id', 'template_version', ['template_id'], unique=False)
    op.create_table('version',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('definition', cubestudio.core.db.Json(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_version_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_version_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version')),
    sa.UniqueConstraint('pipeline_id', 'number', name=op.f('uq_version_pipeline_id_number'))
    )
    op.create_index('ix_version_pipeline_id', 'version', ['pipeline_id', 'id'], unique=False)
    op.create_table('workload_event',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workload_id', sa.String(length=36), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('old', sa.String(length=10), nullable=True),
    sa.Column('new', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['workload_id'], ['workload.id'], name=op.f('fk_workload_event_workload_id_workload'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workload_event'))
    )
    op.create_index('ix_workload_event_workload_id', 'workload_event', ['workload_id', 'id'], unique=False)
    op.create_table('run',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('version_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('params', cubestudio.core.db.Json(), nullable=False),
    sa.Column('cluster', sa.String(length=50), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('retry_of', sa.String(length=36), nullable=True),
    sa.Column('strip', cubestudio.core.db.Json(), nullable=False),
    sa.Column('counts', cubestudio.core.db.Json(), nullable=False),
    sa.Column('posted', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('finished_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_run_created_by_user')),
    sa.ForeignKeyConstraint(['pipeline_id'], ['pipeline.id'], name=op.f('fk_run_pipeline_id_pipeline'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_run_project_id_project'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_run_version_id_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run')),
    sa.UniqueConstraint('pipeline_id', 'number', name=op.f('uq_run_pipeline_id_number'))
    )
    op.create_index('ix_run_created_by', 'run', ['created_by', 'id'], unique=False)
    op.create_index('ix_run_pipeline_id', 'run', ['pipeline_id', 'id'], unique=False)
    op.create_index('ix_run_project_id', 'run', ['project_id', 'id'], unique=False)
    op.create_index('ix_run_project_id_state', 'run', ['project_id', 'state', 'id'], unique=False)
    op.create_index('ix_run_state', 'run', ['state', 'id'], unique=False)
    op.create_table('service_key_use',
    sa.Column('key_id', sa.String(length=36), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('requests', sa.BigInteger(), nullable=False),
    sa.Column('errors', sa.BigInteger(), nullable=False),
    sa.Column('rejected', sa.BigInteger(), nullable=False),
    sa.Column('tokens', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['service_key.id'], name=op.f('fk_service_key_use_key_id_service_key'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key_id', 'day', name=op.f('pk_service_key_use'))
    )
    op.create_table('trial',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('search_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=True),
    sa.Column('params', cubestudio.core.db.Json(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('values', cubestudio.core.db.Json(), nullable=True),
    sa.Column('curve', cubestudio.core.db.Json(), nullable=False),
    sa.Column('memory', cubestudio.core.db.Json(), nullable=False),
    sa.Column('engine_key', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('ended_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['search_id'], ['search.id'], name=op.f('fk_trial_search_id_search'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial')),
    sa.UniqueConstraint('search_id', 'number', name=op.f('uq_trial_search_id_number'))
    )
    op.create_index('ix_trial_engine_key', 'trial', ['search_id', 'engine_key'], unique=False)
    op.create_index('ix_trial_run_id', 'trial', ['run_id'], unique=False)
    op.create_table('artifact',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('step_id', sa.String(length=36), nullable=False),
    sa.Column('path', sa.String(length=500), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_artifact_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_artifact')),
    sa.UniqueConstraint('step_id', 'path', name=op.f('uq_artifact_step_id_path'))
    )
    op.create_index('ix_artifact_key', 'artifact', ['key'], unique=False)
    op.create_index('ix_artifact_run_id', 'artifact', ['run_id'], unique=False)
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
    op.create_index('ix_metric_run_id', 'metric', ['run_id'], unique=False)
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
    op.create_index('ix_metric_piece_run_id', 'metric_piece', ['run_id'], unique=False)
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
    op.create_index('ix_metric_source_run_id', 'metric_source', ['run_id'], unique=False)
    op.create_table('pipeline_tick',
    sa.Column('schedule_id', sa.String(length=36), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=True),
    sa.Column('run_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_pipeline_tick_run_id_run'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['schedule_id'], ['pipeline_schedule.id'], name=op.f('fk_pipeline_tick_schedule_id_pipeline_schedule'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('schedule_id', 'at', name=op.f('pk_pipeline_tick'))
    )
    op.create_index('ix_pipeline_tick_run_id', 'pipeline_tick', ['run_id'], unique=False)
    op.create_index('ix_pipeline_tick_state', 'pipeline_tick', ['state'], unique=False)
    op.create_table('retention_policy',
    sa.Column('target', sa.String(length=36), nullable=False),
    sa.Column('keep_days', sa.Integer(), nullable=True),
    sa.Column('keep_last', sa.Integer(), nullable=True),
    sa.Column('changed_by', sa.String(length=36), nullable=False),
    sa.Column('changed_at', cubestudio.core.db.Utc(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['user.id'], name=op.f('fk_retention_policy_changed_by_user')),
    sa.PrimaryKeyConstraint('target', name=op.f('pk_retention_policy'))
    )
    op.create_table('retention_result',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('runs', sa.Integer(), nullable=False),
    sa.Column('freed', sa.BigInteger(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_retention_result_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', name=op.f('pk_retention_result'))
    )
    op.create_table('run_param',
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_param_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', 'run_id', name=op.f('pk_run_param'))
    )
    op.create_index('ix_run_param_project_id', 'run_param', ['project_id', 'digest', 'run_id'], unique=False)
    op.create_index('ix_run_param_run_id', 'run_param', ['run_id'], unique=False)
    op.create_table('step',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('run_id', sa.String(length=36), nullable=False),
    sa.Column('pipeline_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('template', sa.String(length=50), server_default=sa.text("('')"), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('pod_id', sa.String(length=36), nullable=True),
    sa.Column('reason', sa.String(length=50), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('value', cubestudio.core.db.Json(), nullable=True),
    sa.Column('items', sa.Integer(), nullable=True),
    sa.Column('outputs', cubestudio.core.db.Json(), nullable=True),
    sa.Column('omitted', cubestudio.core.db.Json(), nullable=True),
    sa.Column('needs', cubestudio.core.db.Json(), nullable=False),
    sa.Column('parts', cubestudio.core.db.Json(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('cache_key', sa.String(length=64), nullable=True),
    sa.Column('cached_from', sa.String(length=36), nullable=True),
    sa.Column('cache_reason', sa.String(length=500), nullable=True),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('finished_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_step_run_id_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step')),
    sa.UniqueConstraint('run_id', 'name', 'item', name=op.f('uq_step_run_id_name_item'))
    )
    op.create_index('ix_step_cache_key', 'step', ['cache_key'], unique=False)
    op.create_index('ix_step_pipeline_id_name', 'step', ['pipeline_id', 'name', 'id'], unique=False)
    op.create_index('ix_step_template', 'step', ['template', 'id'], unique=False)
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
    op.execute("INSERT INTO ledger_head (id, number, digest) VALUES (1, 0, '')")


def downgrade() -> None:
    op.drop_table('tracked')
    op.drop_table('step')
    op.drop_table('retention_result')
    op.drop_table('retention_policy')
    op.drop_table('run_param')
    op.drop_table('pipeline_tick')
    op.drop_table('metric_source')
    op.drop_table('metric_piece')
    op.drop_table('metric')
    op.drop_table('artifact')
    op.drop_table('trial')
    op.drop_table('service_key_use')
    op.drop_table('run')
    op.drop_table('workload_event')
    op.drop_table('version')
    op.drop_table('template_version')
    op.drop_table('service_slot')
    op.drop_table('service_revision')
    op.drop_table('service_request')
    op.drop_table('service_key')
    op.drop_table('search')
    op.drop_table('pipeline_schedule')
    op.drop_table('model_version')
    op.drop_table('model_alias')
    op.drop_table('draft')
    op.drop_table('build')
    op.drop_table('workload')
    op.drop_table('template')
    op.drop_table('service')
    op.drop_table('secret')
    op.drop_table('registry')
    op.drop_table('project_invitation')
    op.drop_table('project_group')
    op.drop_table('pod')
    op.drop_table('pipeline')
    op.drop_table('pass')
    op.drop_table('notification_setting')
    op.drop_table('notification_delivery')
    op.drop_table('notification_channel')
    op.drop_table('notification')
    op.drop_table('notebook_policy')
    op.drop_table('notebook')
    op.drop_table('model')
    op.drop_table('membership')
    op.drop_table('image')
    op.drop_table('holding')
    op.drop_table('token')
    op.drop_table('session')
    op.drop_table('project')
    op.drop_table('discarded_object')
    op.drop_table('people_group_member')
    op.drop_table('link')
    op.drop_table('identity')
    op.drop_table('user')
    op.drop_table('schedule')
    op.drop_table('quota')
    op.drop_table('people_group')
    op.drop_table('outbox')
    op.drop_table('ledger_head')
    op.drop_table('ledger')
    op.drop_table('image_preset')
