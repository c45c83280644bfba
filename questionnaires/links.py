"""Links: that every code a definition refers to exists and fits, also while its shape is still faulty.

All works on the plain tables of a file, so that a fault of shape in one place hides no fault of reference in
another. What is not the table or list it should be is passed over here; the models report it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from questionnaires.faults import Fault, quote_value, suggest_names
from questionnaires.texts import find_placeholders, has_stray_brace

Table: TypeAlias = Mapping[str, Any]
Placed: TypeAlias = tuple[str, Table]


def find_link_faults(raw: Table) -> Iterator[Fault]:
    """Yield the faults of reference of a definition whose bank references are resolved."""
    items = _list_items(raw)
    yield from _find_repeats(raw, items)
    yield from _find_wrong_texts(raw)
    for position, (path, item) in enumerate(items):
        earlier = _index_items(items[:position])
        yield from _check_condition(path, item, earlier)
        yield from _check_choices(path, item)
    by_code = _index_items(items)
    for path, rule in _list_tables(raw, "indicators"):
        yield from _check_rule(path, rule, by_code)


def _list_tables(table: Table, key: str, path: str = "") -> list[Placed]:
    rows = table.get(key)
    if not isinstance(rows, list | tuple):
        return []
    return [(f"{path}{key}[{index}]", row) for index, row in enumerate(rows) if isinstance(row, Mapping)]


def _list_items(raw: Table) -> list[Placed]:
    sections = _list_tables(raw, "sections")
    return [placed for path, section in sections for placed in _list_tables(section, "items", f"{path}.")]


def _index_items(items: Iterable[Placed]) -> dict[str, Table]:
    return {item["code"]: item for _, item in items if isinstance(item.get("code"), str)}


def _list_codes(table: Table, key: str) -> list[str]:
    return [row["code"] for _, row in _list_tables(table, key) if isinstance(row.get("code"), str)]


def _list_strings(table: Table, key: str) -> list[str]:
    values = table.get(key)
    if isinstance(values, Mapping):
        values = list(values)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list | tuple) else []


def _find_repeats(raw: Table, items: Sequence[Placed]) -> Iterator[Fault]:
    groups = [items, *(_list_tables(raw, key) for key in ("sections", "parameters", "indicators"))]
    groups += [_list_tables(item, "options", f"{path}.") for path, item in items]
    for rows in groups:
        seen: Counter[object] = Counter()
        for path, row in rows:
            code = row.get("code")
            if isinstance(code, str) and seen[code]:
                yield Fault(path=f"{path}.code", message=f"代码{quote_value(code)}前面已经用过，请换一个")
            seen[code if isinstance(code, str) else None] += 1


def _find_wrong_texts(raw: Table) -> Iterator[Fault]:
    declared = _list_codes(raw, "parameters")
    for path, text in _walk_strings(raw, ""):
        for code in dict.fromkeys(find_placeholders(text)):
            if code not in declared:
                hint = suggest_names(code, declared)
                yield Fault(path=path, message=f"{{{code}}} 没有在 parameters 中列出；{hint}")
        if has_stray_brace(text):
            yield Fault(path=path, message=f"{quote_value(text)}里的花括号只能用来写参数，如 {{county}}")


def _walk_strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key in {"zh", "en"} and isinstance(part, str):
                yield f"{path}.{key}", part
            else:
                yield from _walk_strings(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _walk_strings(part, f"{path}[{index}]")


def _check_condition(path: str, item: Table, earlier: Mapping[str, Table]) -> Iterator[Fault]:
    condition = item.get("shown_if")
    if not isinstance(condition, Mapping) or not isinstance(condition.get("item"), str):
        return
    code, place = condition["item"], f"{path}.shown_if"
    target = earlier.get(code)
    if target is None:
        yield Fault(
            path=f"{place}.item", message=f"前面没有代码为{quote_value(code)}的题目，条件只能引用前面的题"
        )
    elif target.get("kind") != "single":
        yield Fault(path=f"{place}.item", message=f"{quote_value(code)}不是单选题，条件只能引用单选题")
    else:
        yield from _check_options(f"{place}.options", _list_strings(condition, "options"), target)


def _check_options(path: str, chosen: Sequence[str], item: Table) -> Iterator[Fault]:
    known = _list_codes(item, "options")
    for code in chosen:
        if code not in known:
            name = quote_value(item.get("code", ""))
            message = f"题目{name}没有选项{quote_value(code)}；{suggest_names(code, known)}"
            yield Fault(path=path, message=message)


def _check_choices(path: str, item: Table) -> Iterator[Fault]:
    if isinstance(item.get("key"), str):
        yield from _check_options(f"{path}.key", [item["key"]], item)
    options = _list_tables(item, "options", f"{path}.")
    most = item.get("max_choices")
    if isinstance(most, int) and options and most > len(options):
        yield Fault(path=f"{path}.max_choices", message=f"最多选 {most} 项，但只有 {len(options)} 个选项")
    if item.get("kind") == "single":
        for place, option in options:
            if option.get("exclusive") is True:
                yield Fault(path=f"{place}.exclusive", message="只有多选题的选项才能与其他选项互斥，请删除")


def _check_rule(path: str, rule: Table, items: Mapping[str, Table]) -> Iterator[Fault]:
    if rule.get("kind") == "pass":
        for index, keyed in enumerate(_list_strings(rule, "items")):
            yield from _check_keyed(f"{path}.items[{index}]", keyed, items)
        return
    code: object = rule.get("item")
    if not isinstance(code, str):
        return
    if code not in items:
        yield _unknown_item(f"{path}.item", code, items)
    elif items[code].get("kind") != "single":
        yield Fault(path=f"{path}.item", message=f"{quote_value(code)}不是单选题，这种口径只能用单选题")
    else:
        for key in ("counted", "weights"):
            yield from _check_options(f"{path}.{key}", _list_strings(rule, key), items[code])
        yield from _check_dropped(path, rule, items[code])


def _check_dropped(path: str, rule: Table, item: Table) -> Iterator[Fault]:
    """Find options that are counted and yet dropped from the base, so that a rate could pass 1."""
    for _, option in _list_tables(item, "options"):
        code = option.get("code")
        if (
            rule.get("dont_know") == "drop"
            and option.get("meaning") == "unsure"
            and code in _list_strings(rule, "counted")
        ):
            yield Fault(
                path=f"{path}.counted",
                message=f"选项{quote_value(code)}不在分母中（dont_know），不能计入分子",
            )


def _check_keyed(path: str, code: str, items: Mapping[str, Table]) -> Iterator[Fault]:
    if code not in items:
        yield _unknown_item(path, code, items)
    elif items[code].get("key") is None:
        yield Fault(path=path, message=f"题目{quote_value(code)}没有正确答案 key，不能计入知晓")


def _unknown_item(path: str, code: str, items: Mapping[str, Table]) -> Fault:
    return Fault(
        path=path, message=f"没有代码为{quote_value(code)}的题目；{suggest_names(code, list(items))}"
    )
