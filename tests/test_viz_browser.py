"""The stepping page in a real browser, as people use it: by mouse, by keyboard, in the dark, on a narrow screen."""

import html
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, missing
from stepping import Example, arrays, example, hostile, scalars

import nn
from autograd import Value, stop_gradient
from viz import draw
from viz.colours import DARK, LIGHT
from viz.engines import engines
from viz.page import page_html
from viz.page.steps import steps_of
from viz.records import Edge, Graph, Node, Number
from viz.wording import number

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")
with_picture = pytest.mark.skipif(not engines("svg"), reason="needs a Graphviz engine: pip install 'glassgrad[viz]'")

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a page; in the end, no page has logged, failed, opened a dialog or asked for anything but itself."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(text: str, **options: Any) -> Any:
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def shown(page: Any, selector: str) -> list[str]:
    """The texts of the elements that can be seen."""
    script = "all => all.filter(e => getComputedStyle(e).visibility === 'visible').map(e => e.textContent)"
    texts: list[str] = page.locator(selector).evaluate_all(script)
    return texts


def until(page: Any, happened: Callable[[], bool]) -> None:
    """Wait for something; the page's policy forbids what Playwright waits with."""
    for _ in range(100):
        if happened():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not happen within 5 seconds")


def state(page: Any) -> list[str]:
    """What the page tells of a step, and all else that a step may change in the picture and the list."""
    found: list[str] = page.evaluate(
        "['.count', '.formula', '.words', 'g.node, g.edge, tbody tr'].flatMap(s => [...document.querySelectorAll(s)])"
        ".map(e => e.matches('p, span') ? e.textContent : [...e.classList].sort().join(' ') + e.textContent)"
    )
    return found


def engine_values(found: Example) -> list[tuple[int, Value]]:
    return [(i, value) for i, value in enumerate(found.values) if value is not None]


@pytest.mark.parametrize(
    ("make", "picture"),
    [pytest.param(scalars, True, marks=with_picture), pytest.param(arrays, True, marks=with_picture), (arrays, False)],
)
def test_step_to_the_end_and_back(opened: Open, make: Callable[[], Example], picture: bool) -> None:
    found = make()
    page = opened(found.page(picture=picture))
    steps = steps_of(found.graph)
    states = []
    for k, step in enumerate(steps):
        states.append(state(page))
        assert states[-1][:3] == [f"step {k} of {len(steps) - 1}", step.formula, step.words]
        page.keyboard.press("ArrowRight")
    for before in reversed(states[:-1]):
        page.keyboard.press("ArrowLeft")
        assert state(page) == before
    for button, k in (("next", 1), ("next", 2), ("back", 1), ("last", -1), ("first", 0)):
        page.click(f"[data-do={button}]")
        assert state(page) == states[k]


@pytest.mark.parametrize("picture", [pytest.param(True, marks=with_picture), False])
def test_values_on_screen_are_those_of_the_engine(opened: Open, picture: bool) -> None:
    found = scalars()
    page = opened(found.page(picture=picture))
    page.keyboard.press("End")
    for i, value in engine_values(found):
        page.click(f"button[data-node='{i}']")
        assert page.locator("section.node dd.data").text_content() == repr(value.data)
        assert page.locator("section.node dd.gradient").text_content() == repr(value.grad)
        if picture:
            assert shown(page, f"#p_n{i} text.data")[-1].split()[-1] == number(value.data)
            assert shown(page, f"#p_n{i} text.gradient")[-1].split()[-1] == number(value.grad)


@with_picture
def test_nothing_is_shown_before_it_is_computed(opened: Open) -> None:
    found = scalars()
    page = opened(found.page())
    assert shown(page, "g.operation text.data") == shown(page, "g.node text.gradient") == []
    assert len(shown(page, "g.leaf text.data")) == 4
    assert set(page.locator("td.gradient").all_text_contents()) == {""}
    assert not any("gradient" in tip for tip in page.locator("g.node title").all_text_contents())
    page.keyboard.press("ArrowRight")
    assert [text.split()[-1] for text in shown(page, "g.operation text.data")] == ["-6"]


@with_picture
def test_the_running_sum_stands_in_the_picture(opened: Open) -> None:
    found = scalars()  # two paths lead to d
    page = opened(found.page())
    d = next(i for i, node in enumerate(found.graph.nodes) if node.label == "d")
    for step in steps_of(found.graph):
        if step.node == d and step.phase == "backward":
            assert isinstance(step.total, Number)
            assert shown(page, f"#p_n{d} text.gradient")[0].split()[-1] == number(step.total.value)
            assert ("partial" in page.locator(f"#p_n{d}").get_attribute("class")) == (not step.done)
        page.keyboard.press("ArrowRight")


@with_picture
def test_nothing_moves(opened: Open) -> None:
    page = opened(scalars().page())
    parts = "[...document.querySelectorAll('g.node, nav, .telling, .stage')]"
    places = f"{parts}.map(e => JSON.stringify(e.getBoundingClientRect()))"
    before = page.evaluate(places)
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(places) == before


def test_by_keyboard_alone(opened: Open) -> None:
    found = scalars()
    page = opened(found.page())
    last = len(steps_of(found.graph)) - 1

    def at() -> int:
        return int(page.locator("input.slider").input_value())

    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", last), ("Home", 0)):
        page.keyboard.press(key)
        assert at() == place
    page.select_option("#p_speed", "120")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(" ")
    until(page, lambda: at() >= 3)
    page.keyboard.press(" ")
    assert "Play" in page.locator("[data-do=play]").text_content()
    stopped = at()
    page.wait_for_timeout(300)
    assert at() == stopped

    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        kind, outline = page.evaluate(
            "(e => [e.id || e.dataset.do || e.dataset.node || e.tagName, getComputedStyle(e).outlineStyle])"
            "(document.activeElement)"
        )
        reached.add(kind)
        if not kind.startswith("p_n") and kind != "BODY":
            assert outline != "none", f"where the focus is, is seen: {kind}"
    assert {"first", "back", "play", "next", "last", "theme", "p_slider", "p_speed", "p_search", "p_numeric"} <= reached
    assert {str(i) for i in range(len(found.graph.nodes))} <= reached

    page.focus("#p_search")
    page.keyboard.type("tanh")
    page.keyboard.press("Enter")
    assert "pinned" in page.locator("section.node h2").text_content()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    assert "pinned" not in page.locator("section.node h2").text_content()
    page.focus("#p_slider")
    page.keyboard.press("ArrowRight")
    assert at() == stopped + 1


@with_picture
def test_a_node_is_pinned_by_click_and_by_key(opened: Open) -> None:
    found = scalars()
    page = opened(found.page())
    place = {node.label: i for i, node in enumerate(found.graph.nodes) if node.label}
    page.click(f"#p_n{place['d']}")
    before, after = page.locator("rect.before").count(), page.locator("rect.after").count()
    assert before == 4, "a, b, e, c"
    assert after == len(found.graph.nodes) - before - 3, "all but d itself, f and a constant"
    assert "apart" in page.locator(f"#p_n{place['f']}").get_attribute("class")
    assert page.locator(f"button[data-node='{place['d']}']").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.locator("rect.before, rect.after, rect.pin").count() == 0
    page.keyboard.press("End")
    page.focus(f"#p_n{place['L']}")
    page.keyboard.press("Enter")
    assert page.locator("section.node h2").text_content() == "L, pinned"
    gradient = [repr(value.grad) for i, value in engine_values(found) if i == place["d"]]
    assert f"gradient {gradient[0]}" in page.locator(f"#p_n{place['d']} title").text_content()


def test_search_finds_labels(opened: Open) -> None:
    page = opened(scalars().page())
    page.fill("#p_search", "a*b")
    assert page.locator(".hits").text_content().startswith("1 of ")
    assert page.locator("tbody tr:visible").count() == 1
    page.fill("#p_search", "nowhere")
    assert page.locator("tbody tr:visible").count() == 0


@with_picture
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(opened: Open, scheme: str) -> None:
    page = opened(scalars().page(), color_scheme=scheme)

    def colours() -> list[str]:
        found: list[str] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor,"
            "getComputedStyle(document.querySelector('.picture svg polygon')).fill]"
        )
        return found

    def rgb(colour: str) -> str:
        return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"

    light, dark = [rgb(LIGHT["paper"])] * 2, [rgb(DARK["paper"])] * 2
    assert colours() == (light if scheme == "light" else dark)
    page.click("[data-do=theme]")
    assert colours() == (dark if scheme == "light" else light)
    page.click("[data-do=theme]")
    assert colours() == (light if scheme == "light" else dark)


def test_the_network_is_out_of_reach(opened: Open, browser: Any) -> None:
    page = opened(hostile().page())
    page.keyboard.press("End")
    for i in range(3):
        page.click(f"button[data-node='{i}']")
    context = browser.new_context()  # apart from the pages that must not complain
    other = context.new_page()
    other.set_content(scalars().page())
    blocked = other.evaluate(
        """async () => {
            const blocked = [];
            document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
            await fetch("http://127.0.0.1:9/").catch(() => null);
            for (const [tag, key] of [["img", "src"], ["script", "src"], ["iframe", "src"]]) {
                const made = document.createElement(tag);
                made[key] = "http://127.0.0.1:9/" + tag;
                document.body.append(made);
            }
            const made = document.createElement("script");
            made.textContent = "document.title = 'taken'";
            document.body.append(made);
            await new Promise((done) => setTimeout(done, 200));
            return [...blocked, document.title];
        }"""
    )
    context.close()
    assert {"connect-src", "img-src", "frame-src", "script-src-elem"} <= set(blocked)
    assert "taken" not in blocked


def test_two_pages_in_one_document(opened: Open) -> None:
    pages = [scalars().page("first_"), arrays().page("second_")]
    frames = "".join(f'<iframe srcdoc="{html.escape(text)}" width="900" height="600"></iframe>' for text in pages)
    page = opened(f"<!DOCTYPE html><title>two</title>{frames}")
    first, second = page.frames[1:]
    first.click("[data-do=next]")
    assert first.locator(".count").text_content().startswith("step 1 ")
    assert second.locator(".count").text_content().startswith("step 0 ")
    ids = [set(frame.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")) for frame in (first, second)]
    assert not ids[0] & ids[1]


def test_numbers_of_a_numeric_check_stand_beside(opened: Open) -> None:
    x = Value(3.0, label="x")
    y = x * stop_gradient(x) + x
    y.label = "y"
    y.backward()
    found = example(y)
    page = opened(found.page())
    page.keyboard.press("End")
    assert page.locator("td.numeric:visible").count() == 0
    page.check("#p_numeric")
    rows = dict(
        zip([node.label for node in found.graph.nodes], page.locator("td.numeric").all_text_contents(), strict=True)
    )
    assert rows["x"] == "7.0 ✗ differs by 3" and rows["y"] == "1.0 ✓ agrees"
    assert "of 4 gradients agree" in page.locator(".words").text_content()
    if engines("svg"):
        assert page.locator("text.differs").count() == 1
    page.uncheck("#p_numeric")
    assert page.locator("td.numeric:visible, text.differs").count() == 0


@pytest.mark.parametrize("picture", [pytest.param(True, marks=with_picture), False])
def test_without_numbers_there_is_no_switch(opened: Open, picture: bool) -> None:
    page = opened(scalars().page(picture=picture, numeric=False))
    assert not page.locator("#p_numeric").is_visible()


def test_modules_open_and_close(opened: Open) -> None:
    nodes = (
        Node("leaf", Number(1.0), label="x"),
        Node("leaf", Number(2.0), label="w", module="layers.0"),
        Node("operation", Number(2.0), operation="*", module="layers.0"),
        Node("operation", Number(4.0), label="y", operation="exp"),
    )
    edges = (Edge(1, 2, 0), Edge(0, 2, 1), Edge(2, 3, 0))
    page = opened(page_html(Graph(nodes, edges, modules=(("net", "net"), ("layers.0", "Layer"))), None, "p_"))
    assert page.locator("tbody tr:visible").count() == 4
    page.click("details.modules summary")
    page.uncheck("[data-module='1']")
    assert page.locator("tbody tr:visible").count() == 2
    page.click("[data-do=next]")
    assert page.locator(".formula").text_content().startswith("y = "), "steps inside a closed module are passed over"
    page.check("[data-module='1']")
    page.uncheck("[data-module='0']")
    assert page.locator("tbody tr:visible").count() == 2, "the model without a name lies around its layers"


@with_picture
def test_a_click_on_the_name_of_a_module_closes_it(opened: Open, tmp_path: Path) -> None:
    model = nn.MLP(2, [2, 1], activation="tanh")
    loss = model([1.0, -2.0]) ** 2
    loss.backward()
    path = draw(loss, names=model).save(tmp_path / "model.html")
    page = opened(path.read_text(encoding="utf-8"))
    page.click("[data-do=fit]")
    names = page.locator("details.modules li").all_text_contents()
    k = next(k for k, name in enumerate(names) if name.startswith("layers.0 "))
    inside = page.locator("tbody tr").count() - page.locator("tbody tr:visible").count()
    assert inside == 0
    page.click(f"#m{k} > text")
    assert not page.locator(f"input[data-module='{k}']").is_checked()
    closed = page.locator("g.node.closed").count()
    assert page.locator("text.lid").all_text_contents() == [f"layers.0: {closed} nodes, closed"]
    page.click("text.lid")
    assert page.locator("g.node.closed, text.lid").count() == 0


@with_picture
def test_the_picture_is_moved_and_zoomed(opened: Open) -> None:
    page = opened(scalars().page())

    def view() -> list[float]:
        return [float(x) for x in page.locator(".picture svg").get_attribute("viewBox").split()]

    whole = view()
    page.click("[data-do=in]")
    assert view()[2] == pytest.approx(whole[2] / 1.3)
    page.keyboard.press("0")
    assert view() == pytest.approx(whole)
    stage = page.locator(".picture").bounding_box()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y - 60, steps=4)
    page.mouse.up()
    assert view()[0] > whole[0] and view()[1] > whole[1] and view()[2] == whole[2]
    assert "pinned" not in page.locator("section.node h2").text_content(), "a drag is no click"
    page.mouse.wheel(0, 100)
    until(page, lambda: view()[2] > whole[2])


def test_a_screen_reader_is_told_each_step(opened: Open) -> None:
    found = scalars()
    page = opened(found.page())
    live = page.locator("[role=status][aria-live=polite].spoken")
    page.keyboard.press("ArrowRight")
    assert live.text_content().startswith("Step 1 of ") and "e = a*b = 2.0 * -3.0 = -6.0" in live.text_content()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "d L/d " in live.text_content() and " gets " in live.text_content() and "∂" not in live.text_content()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, select, [role=button]')].filter(e => !(e.ariaLabel ||"
        "e.textContent.trim() || (e.labels && e.labels.length))).map(e => e.outerHTML)"
    )
    assert unnamed == []
    assert "∂L/∂" in page.locator("input.slider").get_attribute("aria-valuetext")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("width", [340, 600, 1000])
def test_narrow_screens_have_no_sideways_scroll(opened: Open, width: int) -> None:
    page = opened(arrays().page(), viewport={"width": width, "height": 700})
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("[data-do=next]").is_visible()


@with_picture
def test_at_the_end_the_root_is_in_sight(opened: Open) -> None:
    page = opened(arrays().page(), viewport={"width": 340, "height": 700})
    sight = page.locator(".picture").bounding_box()
    page.keyboard.press("End")
    root = page.locator("g.root").bounding_box()
    assert sight["x"] <= root["x"] + root["width"] / 2 <= sight["x"] + sight["width"]


@with_picture
def test_reduced_motion(opened: Open) -> None:
    duration = "getComputedStyle(document.querySelector('g.node')).transitionDuration"
    assert opened(scalars().page(), reduced_motion="reduce").evaluate(duration) == "0s"
    assert opened(scalars().page(), reduced_motion="no-preference").evaluate(duration) != "0s"
