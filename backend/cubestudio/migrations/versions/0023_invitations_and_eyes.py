"""Invitations into projects, and with whose eyes an administrator looks."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.create_index('ix_project_invitation_project_id', 'project_invitation', ['project_id'])
    op.create_index('ix_project_invitation_email', 'project_invitation', ['email'])
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('viewing_id', sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_session_viewing_id_user'), 'user', ['viewing_id'], ['id'], ondelete='SET NULL')


def downgrade() -> None:
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_session_viewing_id_user'), type_='foreignkey')
        batch_op.drop_column('viewing_id')
    op.drop_table('project_invitation')
