"""The session list by place, its facets and monthly sums: the lines are carried over under one facet, that of all,
so that the list is whole at once; the other facets come with rebuilding.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEPT = (
    "session_id, kind, state, outcome, phase, opened_us, closed_us, patient_id, practitioner_id, room, map_id, "
    "plan_name, indication, course_number, course_length, areas_planned, areas_done, needling_s, median_depth_um, "
    "alarms, gaps, samples, amendments, pen_serial, lots, marked_as, head")
_NUMBERED = "row_number() OVER (PARTITION BY opened_us ORDER BY session_id) - 1"
_STANDING = (
    "CASE WHEN kind = 'bench' THEN 'bench' WHEN outcome = '' THEN 'open' WHEN outcome = 'unfinished' THEN 'stopped' "
    "ELSE outcome END")

_ALL = 59806587626824  # the number of the facet of all: db.facets.ALL_ID
_TREATED = "CASE WHEN standing = 'finished' THEN {} ELSE 0 END"
_MONTH = {
    'sqlite': "CAST(strftime('%Y%m', opened_us / 1000000, 'unixepoch', 'localtime') AS INTEGER)",
    'postgresql': "CAST(to_char(to_timestamp(opened_us / 1000000), 'YYYYMM') AS INTEGER)"}


def _enter_all() -> None:
    sums = ", ".join(f"sum({_TREATED.format(what)})" for what in ('1', 'needling_s', 'alarms'))
    month = _MONTH[op.get_bind().dialect.name]
    op.execute(f"UPDATE session_summary SET facets = '[{_ALL}]'")
    op.execute(f"INSERT INTO session_facet (facet_id, place) SELECT {_ALL}, place FROM session_summary")
    op.execute("INSERT INTO facet (facet_id, kind, value, sessions) "
               f"SELECT {_ALL}, 'all', '', count(*) FROM session_summary HAVING count(*) > 0")
    op.execute(
        "INSERT INTO month_figure (facet_id, month, sessions, treated, needling_s, alarms, overrides, off_label, "
        f"deviations, reactions, gaps) SELECT {_ALL}, {month}, count(*), {sums}, 0, 0, 0, 0, "
        f"sum({_TREATED.format('gaps')}) FROM session_summary GROUP BY {month}")


def _lines(*keys: sa.Column[object]) -> list[sa.Column[object]]:
    return [
        *keys,
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('outcome', sa.String(length=32), nullable=False),
        sa.Column('phase', sa.String(length=32), nullable=False),
        sa.Column('opened_us', sa.BigInteger(), nullable=False),
        sa.Column('closed_us', sa.BigInteger(), nullable=True),
        sa.Column('patient_id', sa.String(length=64), nullable=False),
        sa.Column('practitioner_id', sa.String(length=64), nullable=False),
        sa.Column('room', sa.Text(), nullable=False),
        sa.Column('map_id', sa.String(length=32), nullable=False),
        sa.Column('plan_name', sa.Text(), nullable=False),
        sa.Column('indication', sa.Text(), nullable=False),
        sa.Column('course_number', sa.Integer(), nullable=False),
        sa.Column('course_length', sa.Integer(), nullable=False),
        sa.Column('areas_planned', sa.Integer(), nullable=False),
        sa.Column('areas_done', sa.Integer(), nullable=False),
        sa.Column('needling_s', sa.Integer(), nullable=False),
        sa.Column('median_depth_um', sa.Integer(), nullable=True),
        sa.Column('alarms', sa.Integer(), nullable=False),
        sa.Column('gaps', sa.Integer(), nullable=False),
        sa.Column('samples', sa.BigInteger(), nullable=False),
        sa.Column('amendments', sa.Integer(), nullable=False),
        sa.Column('pen_serial', sa.Text(), nullable=False),
        sa.Column('lots', sa.Text(), nullable=False),
        sa.Column('marked_as', sa.String(length=16), nullable=False),
        sa.Column('head', sa.LargeBinary(), nullable=False),
    ]


def upgrade() -> None:
    for name in ('newest', 'patient', 'state'):
        op.drop_index(f'ix_session_summary_{name}', table_name='session_summary')
    op.rename_table('session_summary', 'former_summary')
    op.create_table(
        'session_summary',
        *_lines(
            sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False,
                      nullable=False),
            sa.Column('session_id', sa.Uuid(), nullable=False)),
        sa.Column('standing', sa.String(length=16), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('clinic', sa.Text(), nullable=False),
        sa.Column('plan_id', sa.String(length=64), nullable=False),
        sa.Column('area_ids', sa.Text(), nullable=False),
        sa.Column('marks', sa.Text(), nullable=False),
        sa.Column('missing', sa.Text(), nullable=False),
        sa.Column('alarm_kinds', sa.Text(), nullable=False),
        sa.Column('over_band_ms', sa.BigInteger(), nullable=True),
        sa.Column('facets', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('place', name=op.f('pk_session_summary')))
    op.execute(
        f"INSERT INTO session_summary (place, {_KEPT}, standing, reason, clinic, plan_id, area_ids, marks, missing, "
        f"alarm_kinds, facets) SELECT opened_us * 4096 + {_NUMBERED}, {_KEPT}, {_STANDING}, '', '', '', '[]', '[]', "
        "'[]', '[]', '[]' FROM former_summary")
    op.drop_table('former_summary')
    op.create_index('ix_session_summary_session', 'session_summary', ['session_id'], unique=True)
    op.create_index('ix_session_summary_patient', 'session_summary', ['patient_id', 'place'], unique=False)
    op.create_index('ix_session_summary_state', 'session_summary', ['state', 'place'], unique=False)
    op.create_table(
        'facet',
        sa.Column('facet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False,
                  nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('value', sa.Text(), nullable=False),
        sa.Column('sessions', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('facet_id', name=op.f('pk_facet')))
    op.create_index('ix_facet_kind', 'facet', ['kind', 'sessions'], unique=False)
    op.create_table(
        'session_facet',
        sa.Column('facet_id', sa.BigInteger(), nullable=False),
        sa.Column('place', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('facet_id', 'place', name=op.f('pk_session_facet')),
        sqlite_with_rowid=False)
    op.create_table(
        'month_figure',
        sa.Column('facet_id', sa.BigInteger(), nullable=False),
        sa.Column('month', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in (
            'sessions', 'treated', 'needling_s', 'alarms', 'overrides', 'off_label', 'deviations', 'reactions',
            'gaps')),
        sa.PrimaryKeyConstraint('facet_id', 'month', name=op.f('pk_month_figure')),
        sqlite_with_rowid=False)
    _enter_all()


def downgrade() -> None:
    op.drop_table('month_figure')
    op.drop_table('session_facet')
    op.drop_table('facet')
    for name in ('session', 'patient', 'state'):
        op.drop_index(f'ix_session_summary_{name}', table_name='session_summary')
    op.rename_table('session_summary', 'later_summary')
    op.create_table(
        'session_summary', *_lines(sa.Column('session_id', sa.Uuid(), nullable=False)),
        sa.Column('search_text', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('session_id', name=op.f('pk_session_summary')))
    op.execute(
        f"INSERT INTO session_summary ({_KEPT}, search_text) "
        f"SELECT {_KEPT}, lower(patient_id || ' ' || practitioner_id || ' ' || pen_serial) FROM later_summary")
    op.drop_table('later_summary')
    op.create_index('ix_session_summary_newest', 'session_summary', ['opened_us', 'session_id'], unique=False)
    op.create_index('ix_session_summary_patient', 'session_summary', ['patient_id', 'opened_us'], unique=False)
    op.create_index('ix_session_summary_state', 'session_summary', ['state', 'opened_us'], unique=False)
