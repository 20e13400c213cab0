"""What happens in the worlds: a week in a company, with one deed in it that differs (tests/promises/worlds.py)."""

import re
from dataclasses import dataclass
from functools import partial

from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import referrals, storing
from tests.company import usual_story
from tests.promises.worlds import FIREFOX, SAFARI, Deed, World, at, form_with

KIM = {"who": "Kim Park", "works_at": "Harbour Systems", "why": "The calmest engineer that I know."}
LEE = {"who": "Lee Novak", "works_at": "Birch & Sons", "why": "Taught half of us how to test."}
ADA = {"who": "Ada Brandt", "works_at": "Alder", "why": "Asks the question that nobody asked."}


@dataclass(frozen=True)
class Sender:
    """One of the people who were asked, and from where they write."""

    number: int
    address: str
    agent: str
    language: str

    def browser(self, world: World):
        client = world.browser(address=self.address, agent=self.agent)
        client.defaults |= {
            "HTTP_REFERER": f"http://mail{self.number}.example/inbox",
            "HTTP_COOKIE": f"ifnotyou=cookie-of-{self.number}",
            "HTTP_ACCEPT_LANGUAGE": self.language,
        }
        return client

    @property
    def traces(self) -> list[str]:
        return [self.address, self.agent, f"mail{self.number}.example", f"cookie-of-{self.number}"]


SECOND = Sender(2, "203.0.113.5", FIREFOX, "de-DE,de;q=0.9")
SIXTH = Sender(6, "198.51.100.9", SAFARI, "pt-BR,pt;q=0.8,en;q=0.5")
FOURTH = Sender(4, "192.0.2.77", FIREFOX, "en")

TUESDAY, THURSDAY = at(1, 10, 5), at(3, 18, 40)


# --- What candidates do


def open_own_page(world: World, sender: Sender) -> str:
    """Their own page, on which they learn the address of the anonymous one."""
    page = sender.browser(world).get(f"/r/{world.ask(sender.number).page_token}").content.decode()
    return re.search(r"http://testserver(/d/[\w-]+)", page)[1]


def give_anonymously(sender: Sender, told: dict[str, str], world: World) -> None:
    """By way of their own page to the anonymous one; the receipt goes into their drawer."""
    address = open_own_page(world, sender)
    browser = sender.browser(world)
    shown = browser.get(address)
    answer = browser.post(address, form_with(shown.content.decode(), "who") | told)
    for response in (shown, answer):
        assert response.status_code == 200, response.content.decode()
        assert not response.cookies, "a cookie was set"
    world.memory[told["who"]] = re.search(r"\b[0-9]+(-[0-9A-HJKMNP-TV-Z]{5}){5}\b", answer.content.decode())[
        0
    ]


def come_back(sender: Sender, who: str, world: World, **told: str) -> None:
    """To the page of the receipt, to look or to do something."""
    response = sender.browser(world).post("/receipt", {"receipt": world.memory[who]} | told)
    assert response.status_code == 200, response.content.decode()
    assert not response.cookies, "a cookie was set"


def give_on_own_page(number: int, told: dict[str, str], world: World, *, terms: str = "") -> None:
    browser = world.browser(address=f"198.18.0.{number + 2}")
    address = f"/r/{world.ask(number).page_token}"
    page = browser.get(address).content.decode()
    response = browser.post(address, form_with(page, "who") | told | {"terms": terms, "do": "name"})
    assert response.status_code == 303, response.content.decode()


def press(number: int, what: str, world: World) -> None:
    """One of the buttons of their own page."""
    browser = world.browser(address=f"198.18.0.{number + 2}")
    response = browser.post(f"/r/{world.ask(number).page_token}", {"do": what})
    assert response.status_code == 303, response.content.decode()


def tell_the_asker(number: int, told: dict[str, str], world: World) -> None:
    """In conversation: the asker writes down what they heard, in confidence."""
    with world.open():
        ask = world.ask(number)
        given = Given(told["who"], works_at=told["works_at"], why=told["why"])
        referrals.give(ask, given, Terms.CONFIDENTIAL, by=ask.asker.user, now=world.clock.now)


# --- What the company does


def glance(names: tuple[str, ...], world: World) -> None:
    """Colleagues look at their pages."""
    for name in names:
        client = world.browser(world.user(name))
        for address in ("/", "/cards/", "/cards/3/", "/declines/", "/declines/3/", "/audit/", "/names/"):
            client.get(address)


def import_another(world: World) -> None:
    """An import in the middle of the week: one more declined offer."""
    with world.open():
        story = usual_story()
        story.candidate("new", name="Nina New", email="nina@example.com").offer(
            "offer-new", candidate="new", days=1
        )
        storing.store(story.records())


def tick(world: World) -> None:
    world.tick()


def a_week(*special: Deed, until: int = 15) -> list[Deed]:
    """What happens anyway, and the deeds in which worlds differ."""
    common = [
        Deed(at(0, 10), "Lena is named", partial(give_on_own_page, 1, {"who": "Lena Frost"}, terms="named")),
        Deed(at(1, 9), "a look on Tuesday", partial(glance, ("recruiter", "maya"))),
        Deed(at(2, 9, 15), "nobody", lambda world: press(3, "nobody", world)),
        Deed(at(2, 11), "an import", import_another),
        Deed(at(2, 15), "a backup", lambda world: world.back_up("the backup")),
        Deed(at(2, 16), "in confidence", partial(tell_the_asker, 5, ADA)),
        Deed(
            at(4, 8), "only looks", lambda world: open_own_page(world, Sender(0, "192.0.2.1", SAFARI, "fr"))
        ),
        Deed(at(4, 9), "a look on Friday", partial(glance, ("admin", "steward", "jon"))),
        *(turn(day, 12, 40) for day in range(until)),
        turn(1, 10, 40),
        turn(3, 19, 40),
        *(turn(day, 5) for day in range(until)),
    ]
    return [*common, *special]


def turn(day: int, hour: int, minute: int = 0) -> Deed:
    return Deed(at(day, hour, minute), f"calendar, day {day}, {hour}:{minute}", tick)


def looking(when, name: str, **how) -> Deed:
    return Deed(when, f"look {name}", lambda world: world.look(name, **how))
