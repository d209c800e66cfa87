"""Columns that many sheets share."""

from __future__ import annotations

from registry.lists import cells, moments, words
from registry.lists.nouns import Column, Reader
from registry.nouns import LIST_REFERENCES, REFERENCES


def identified(
    key: str, number: tuple[str, ...], name: tuple[str, ...], example: tuple[str, str, tuple[str, str]]
) -> tuple[Column, ...]:
    """Key, number in another system and name; `number` and `name` are other headers, `example` a row's."""
    own_key, own_number, own_name = example
    return (
        Column(field="key", read=cells.gateway_key if key == "gateway" else cells.key, also=("id", "系统编号", "键"),
               example=own_key),
        Column(field="external_number", read=cells.text, also=("number", "no", "外部号", *number), example=own_number),
        Column(field="name", read=cells.text, also=name, example=own_name),
        Column(field="external_system", read=cells.text, also=("system", "来源系统", "系统"), example="ERP"),
    )  # fmt: skip


def refers(kind: str, field: str, *also: str, required: bool = False, to: str = "", example: str | tuple[str, str] = "", label: str = "") -> Column:  # fmt: skip
    """A column that names another object, or several where the noun's field holds several."""
    several = (kind, field) in LIST_REFERENCES
    return Column(
        field=field, read=cells.named if several else cells.text,
        refers=to or (LIST_REFERENCES if several else REFERENCES)[kind, field], also=also, required=required,
        example=example, label=label,
    )  # fmt: skip


def when(field: str, *also: str, clock: str = "", inclusive: bool = False, example: str = "2026-11-22 08:30") -> Column:  # fmt: skip
    """A date or time; `inclusive`: a date alone is its end."""
    read: Reader = moments.end if inclusive else moments.moment
    return Column(
        field=field, attribute=f"{field}_us", read=read, also=also, clock=clock, example=example,
    )  # fmt: skip


def one_of(field: str, name: str, *also: str, required: bool = False, label: str = "", example: str = "") -> Column:  # fmt: skip
    """A word of an enumeration."""
    return Column(
        field=field, read=words.choice(name), words=name, also=also, required=required, label=label or name,
        example=example,
    )  # fmt: skip


PHONE = Column(field="phone", read=cells.phone, also=("telephone", "tel", "mobile", "手机", "手机号", "联系电话", "电话号码"),
               example="13800138000")  # fmt: skip
EMAIL = Column(
    field="email", read=cells.email, also=("e-mail", "mail", "邮件", "电子邮件"), example="name@example.com"
)
LANGUAGE = Column(field="language", read=cells.language, also=("lang",), example=("English", "中文"))
AMOUNT = Column(
    field="amount", read=cells.amount, also=("value", "总额", "总价", "货值", "货款"), example="128,000"
)
CURRENCY = Column(field="currency", read=cells.currency, also=("货币",), example="CNY")
CODES = Column(
    field="codes", read=cells.several(words.code),
    also=("code", "barcode", "qr", "rfid", "条码", "二维码", "标签", "扫码"), example="(01)06901234567892(10)LOT7",
)  # fmt: skip
MODEL = Column(field="model", read=cells.text, also=("规格", "型号规格"), example="TH-20")
STANDS = Column(
    field="place", read=cells.text, places=True, label="stands",
    also=("zone", "location", "库区", "库位", "位置", "所在库区", "安装位置", "存放位置"), example="JN-A1",
)  # fmt: skip
