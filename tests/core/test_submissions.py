"""A form sent twice does its work once."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import RuleError
from core.models import Submission
from core.submissions import forget_submissions, once
from customers.models import Customer

KEY = uuid.uuid4()


def make(name="Twice Ltd"):
    return Customer.objects.create(name=name)


@pytest.mark.django_db
def test_the_second_gets_what_the_first_made(agent):
    first, is_new = once(KEY, make, actor=agent)
    second, is_new_again = once(KEY, make, actor=agent)
    assert (first, is_new, is_new_again) == (second, True, False)
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_another_person_with_the_same_key_is_another(agent, manager):
    once(KEY, make, actor=agent)
    _made, is_new = once(KEY, lambda: make("Other Ltd"), actor=manager)
    assert is_new


@pytest.mark.django_db
def test_what_was_refused_can_be_sent_again(agent):
    def refuse():
        raise RuleError("no")

    with pytest.raises(RuleError):
        once(KEY, refuse, actor=agent)
    assert once(KEY, make, actor=agent)[1]


@pytest.mark.django_db
def test_what_is_gone_is_made_again(agent):
    once(KEY, make, actor=agent)[0].delete()
    assert once(KEY, make, actor=agent)[1]


@pytest.mark.django_db
def test_without_a_key_nothing_is_held_back(agent):
    once(None, make, actor=agent)
    once(None, lambda: make("B"), actor=agent)
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one(agent):
    barrier, made = threading.Barrier(2), []

    def send():
        barrier.wait(5)
        made.append(once(KEY, make, actor=agent))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(is_new for _row, is_new in made) == [False, True]
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_old_keys_are_forgotten(agent):
    once(KEY, make, actor=agent)
    once(uuid.uuid4(), lambda: make("B"), actor=agent)
    Submission.objects.filter(key=KEY).update(created_at=timezone.now() - timedelta(days=8))
    assert forget_submissions() == 1
    assert Submission.objects.count() == 1
