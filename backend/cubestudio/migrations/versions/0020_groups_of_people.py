"""Groups of people, who is in them, and what they are in projects."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('people_group',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('provider', sa.String(length=50), nullable=True),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_group')),
    sa.UniqueConstraint('name', name=op.f('uq_people_group_name'))
    )
    op.create_table('people_group_member',
    sa.Column('group_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['people_group.id'], name=op.f('fk_people_group_member_group_id_people_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_people_group_member_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_people_group_member'))
    )
    op.create_index('ix_people_group_member_user_id', 'people_group_member', ['user_id'])
    op.create_table('project_group',
    sa.Column('project_id', sa.String(length=36), nullable=False),
    sa.Column('group_id', sa.String(length=36), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['people_group.id'], name=op.f('fk_project_group_group_id_people_group'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_group_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'group_id', name=op.f('pk_project_group'))
    )
    op.create_index('ix_project_group_group_id', 'project_group', ['group_id'])


def downgrade() -> None:
    op.drop_table('project_group')
    op.drop_table('people_group_member')
    op.drop_table('people_group')
