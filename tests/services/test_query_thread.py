import threading

import pytest

from console.services.query_thread import QueryThread


@pytest.fixture
def queries():
    made = QueryThread()
    yield made
    made.stop()


def settle(queries):
    """Wait until everything asked so far has been worked on."""
    done = threading.Event()
    queries.ask(done.set, lambda _: None, lambda _: None)
    assert done.wait(5)
    while queries.busy:
        queries.deliver()


def test_answers_come_in_order_on_the_asking_thread_and_only_by_deliver(queries):
    answers, threads = [], set()
    go_on = threading.Event()

    def question(number):
        go_on.wait(5)
        return number, threading.current_thread().name

    def answer(found):
        answers.append(found)
        threads.add(threading.current_thread())

    for number in range(3):
        queries.ask(lambda number=number: question(number), answer, answers.append)
    queries.deliver()
    assert answers == [] and queries.busy
    go_on.set()
    settle(queries)
    assert answers == [(0, "query"), (1, "query"), (2, "query")] and threads == {threading.current_thread()}
    assert not queries.busy


def test_a_question_that_fails_tells_its_asker_and_the_next_is_answered(queries):
    failures, answers = [], []
    queries.ask(lambda: 1 / 0, answers.append, failures.append)
    queries.ask(lambda: "fine", answers.append, failures.append)
    settle(queries)
    assert answers == ["fine"] and [type(one) for one in failures] == [ZeroDivisionError]


def test_stopping_finishes_what_was_asked():
    queries, worked = QueryThread(), []
    for number in range(5):
        queries.ask(lambda number=number: worked.append(number), lambda _: None, lambda _: None)
    queries.stop()
    assert worked == [0, 1, 2, 3, 4]
    assert not queries._thread.is_alive()


def test_an_answer_that_fails_takes_no_other_with_it(queries):
    answers = []

    def fail(_: int) -> None:
        raise ValueError("a page fell over its answer")

    done = threading.Event()
    queries.ask(lambda: 1, fail, answers.append)
    queries.ask(lambda: 2, answers.append, answers.append)
    queries.ask(done.set, lambda _: None, lambda _: None)
    assert done.wait(5)
    with pytest.raises(ValueError, match="fell over"):
        queries.deliver()
    settle(queries)
    assert answers == [2]
