"""Images, their builds and registries."""

import sqlalchemy as sa
from alembic import op

import cubestudio.core.db


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    with op.batch_alter_table('image', schema=None) as batch_op:
        batch_op.create_index('ix_image_project_id', ['project_id', 'id'], unique=False)

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
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('released', sa.Boolean(), nullable=False),
    sa.Column('created_by', sa.String(length=36), nullable=False),
    sa.Column('created_at', cubestudio.core.db.Utc(), nullable=False),
    sa.Column('submitted_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('started_at', cubestudio.core.db.Utc(), nullable=True),
    sa.Column('finished_at', cubestudio.core.db.Utc(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_build_created_by_user')),
    sa.ForeignKeyConstraint(['image_id'], ['image.id'], name=op.f('fk_build_image_id_image'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registry_id'], ['registry.id'], name=op.f('fk_build_registry_id_registry'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_build')),
    sa.UniqueConstraint('image_id', 'number', name=op.f('uq_build_image_id_number'))
    )
    with op.batch_alter_table('build', schema=None) as batch_op:
        batch_op.create_index('ix_build_state', ['state'], unique=False)



def downgrade() -> None:
    op.drop_table('build')
    op.drop_table('registry')
    op.drop_table('image')
