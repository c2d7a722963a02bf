from alarm_board_kit import BookRoom


def test_a_latched_alarm_nobody_answered_is_back_on_the_line_after_a_restart():
    room = BookRoom()
    room.judge("depth_above_ceiling", value=1600, limit=1500)
    room.judge("depth_above_band")
    room.judge("depth_above_ceiling", on=False)
    again = BookRoom(room)
    assert again.shown() == [("depth_above_ceiling", False)]
    again.book.acknowledge("depth_above_ceiling", again.subject)
    assert again.shown() == [] and again.told("alarm_acknowledged")
    assert BookRoom(again).shown() == [], "answered for good"


def test_an_alarm_is_recorded_with_the_times_at_which_it_arose_and_ended():
    room = BookRoom()
    began_us = room.clock.utc_us()
    room.judge("rate_stalled", lasts_s=4.0)
    room.clock.advance(0.3)  # the desk was busy
    room.take()
    raised, = room.told("alarm_raised")
    assert raised.arose_at_us == began_us and raised.priority == "medium"
    room.judge("rate_stalled", on=False)
    ended, = room.told("alarm_ended")
    assert ended.alarm_id == raised.alarm_id


def test_an_escalation_is_recorded_once_and_its_alarm_knows_it():
    room = BookRoom()
    room.judge("contact_motor_off")
    room.clock.advance(15.0)
    for _ in range(3):
        room.board.escalate(room.clock.monotonic_s())
        room.take()
    told, = room.told("alarm_escalated")
    assert (told.priority, told.after_s, told.louder) == ("medium", 15, 0)
    alarm, = room.session.state.alarms.values()
    assert alarm.escalated_at_us == room.clock.utc_us()


def test_what_belongs_to_no_open_session_is_nobodys_record():
    room = BookRoom()
    room.board.feed("no_sound", True, 0.0, "")
    room.board.feed("no_sound", True, 60.0, "")
    room.take()
    assert room.told("alarm_raised") == []
