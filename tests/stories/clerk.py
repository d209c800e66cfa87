"""A clerk's lists, as they lie on a warehouse computer: Chinese headers, titles above them, notes beside them, slips in them.

Three sites (a coastal lead warehouse, a paint store in the cold north-east, building materials inland), twelve zones two of
which are trucks, 40 devices behind five gateways, 25 lots and ten shipments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import NamedTuple

from openpyxl import Workbook

Cell = str | int | float | None
Table = list[list[Cell]]
Lists = dict[str, Table]
"""Sheet → its rows; the first one holds the headers."""


class Slip(NamedTuple):
    """A cell that the clerk got wrong: where it is, and what it says instead of what it should."""

    sheet: str
    row: int
    """Of the data, from 0."""
    header: str
    cell: Cell


SLIPS = (
    Slip("仓库", 0, "经度", "东经一百零九度"),
    Slip("库区", 4, "仓库", "沈阳东库"),
    Slip("监测终端", 7, "网关", "gw-bh-9"),
    Slip("监测终端", 12, "上报间隔", "常常"),
    Slip("批次", 3, "状态", "大概可用"),
    Slip("批次", 9, "生产日期", "2026-13-45"),
    Slip("批次", 11, "客户编号", ""),
    Slip("运单", 2, "货值", "三十万左右"),
    Slip("运单", 5, "预计到达", "下周"),
)
"""Typing errors, a name that nobody knows, a required cell left empty."""

_ROOMS = {
    "bh": ("一号铅库", "二号铅库", "装卸棚", "成品库"),
    "sy": ("色漆库", "稀料库", "备货区"),
    "jn": ("水泥库", "瓷砖库", "卫浴库"),
}
_SITES = {"bh": "北海铅锭库", "sy": "沈阳涂料库", "jn": "济南建材库"}
_LETTERS = "ABCD"
_PROFILES = {
    "铅": "lead",
    "漆": "paint-waterborne",
    "稀": "paint-solvent",
    "水泥": "cement",
    "瓷砖": "ceramic-tile",
}


def lists() -> Lists:
    """Everything right."""
    return {
        "客户": [
            ["客户编号", "客户名称", "客户等级"],
            ["K1001", "南方蓄电池有限公司", "A"],
            ["K1002", "北国涂料", "B级"],
            ["K1003", "泉城建材批发", "普通"],
        ],
        "承运商": [["承运商编号", "承运商名称", "联系电话"], ["CY01", "鲁通物流", "0531-55501234"]],
        "仓库": [
            ["仓库编号", "仓库名称", "时区", "地区", "纬度", "经度"],
            ["WH-BH", _SITES["bh"], "北京时间", "广西", 21.48, 109.12],
            ["WH-SY", _SITES["sy"], "北京时间", "辽宁", 41.80, 123.43],
            ["WH-JN", _SITES["jn"], "北京时间", "山东", 36.65, 117.12],
        ],
        "联系人": [
            ["姓名", "客户名称", "仓库名称", "职务", "手机"],
            ["王伟", None, _SITES["bh"], "仓管", "13800138000"],
            ["李强", None, _SITES["bh"], "门卫", "13800138001"],
            ["周敏", "北国涂料", None, "质检", "13800138002"],
        ],
        "人员": [
            ["工号", "姓名", "角色", "手机", "仓库", "承运商"],
            ["G001", "李娜", "工程师", "13900139000", None, None],
            ["G002", "王伟", "仓管", "13800138000", _SITES["bh"], None],
            ["G003", "张师傅", "司机", "13700137000", None, "鲁通物流"],
        ],
        "产品": [
            ["产品编号", "产品名称", "储运条件", "商品条码"],
            ["M-2001", "铅锭 Pb99.994", "lead", "6901234567892"],
            ["M-2002", "水性色漆 白 20L", "paint-waterborne", None],
            ["M-2003", "稀释剂 200L", "paint-solvent", None],
            ["M-2004", "普通硅酸盐水泥 42.5", "cement", None],
            ["M-2005", "瓷砖 600×600", "ceramic-tile", None],
        ],
        "库区": _zones(),
        "网关": [["编号", "网关名称", "仓库"], *([f"gw-{s}-1", f"{n}网关", n] for s, n in _SITES.items()),
                 ["gw-truck-1", "一号车网关", None], ["gw-truck-2", "二号车网关", None]],
        "监测终端": _devices(),
        "订单": [
            ["订单号", "客户", "金额", "下单日期", "交期"],
            ["SO-118", "南方蓄电池有限公司", "¥1,280,000.00", "2026-11-02", "2026/12/05"],
            ["SO-119", "北国涂料", 186000, "2026年11月3日", "2026-12-08"],
        ],
        "运单": _shipments(),
        "批次": _lots(),
        "存放记录": _since(),
    }  # fmt: skip


def _zones() -> Table:
    rows: Table = [["库区编号", "库区名称", "仓库", "类型", "控温", "储运条件", "面积"]]
    for site, rooms in _ROOMS.items():
        for letter, room in zip(_LETTERS, rooms, strict=False):
            profile = next((profile for word, profile in _PROFILES.items() if word in room), None)
            heated = "供暖" if site == "sy" else "无"
            rows.append([f"{site.upper()}-{letter}", room, _SITES[site], "库房", heated, profile, 1200])
    rows += [[f"CAR-{n}", f"{n}号车厢", None, "货车", "无", None, 18] for n in (1, 2)]
    return rows


def _devices() -> Table:
    rows: Table = [["终端编号", "终端名称", "网关", "终端id", "上报间隔", "测点", "安装位置"]]
    zones = [row for row in _zones()[1:] if row[2]]
    for number in range(36):
        zone = zones[number % len(zones)]
        site = str(zone[0])[:2].lower()
        rows.append([f"T{number:03}", f"{zone[1]}{number // len(zones) + 1}号", f"gw-{site}-1", f"probe-{number}",
                     "5分钟" if site == "bh" else 900, "温度、湿度", zone[0]])  # fmt: skip
    for truck in (1, 2):
        rows += [[f"C{truck}{side}", f"{truck}号车{side}", f"gw-truck-{truck}", side, 300, "温度、湿度", f"CAR-{truck}"]
                 for side in ("front", "rear")]  # fmt: skip
    return rows


def _shipments() -> Table:
    rows: Table = [
        [
            "运单号",
            "订单号",
            "发货仓库",
            "收货仓库",
            "车厢",
            "车牌号",
            "承运商",
            "司机",
            "预计发车",
            "预计到达",
            "货值",
        ]
    ]
    for number in range(10):
        origin, destination = list(_SITES.values())[number % 3], list(_SITES.values())[(number + 1) % 3]
        rows.append([f"YD-{number:04}", ("SO-118", "SO-119")[number % 2], origin, destination, f"CAR-{number % 2 + 1}",
                     "鲁A12345", "鲁通物流", "张师傅", f"2026-11-{24 + number // 3} 08:00", f"2026-11-{26 + number // 3} 18:00",
                     120_000 + number])  # fmt: skip
    return rows


def _lots() -> Table:
    rows: Table = [
        ["批号", "客户编号", "产品编号", "状态", "数量", "计量单位", "形态", "生产日期", "货值", "所在库区"]
    ]
    kinds = (("K1001", "M-2001", "BH-A", "t", "bundle"), ("K1002", "M-2002", "SY-A", "件", "pail"),
             ("K1002", "M-2003", "SY-B", "件", "drum"), ("K1003", "M-2004", "JN-A", "t", "pallet"),
             ("K1003", "M-2005", "JN-B", "件", "pallet"))  # fmt: skip
    for number in range(25):
        customer, product, zone, unit, form = kinds[number % 5]
        rows.append([f"PB-{number:03}", customer, product, "可用", 25 + number, unit, form, f"2026-10-{number + 1:02}",
                     f"{128_000 + number:,}", zone])  # fmt: skip
    return rows


def _since() -> Table:
    """What stood and hung in the first lead hall before there were lists: since three days ago."""
    since = f"{datetime.now(UTC) - timedelta(days=3):%Y-%m-%d} 08:00"
    rows: Table = [["对象", "位置", "入库时间"]]
    rows += [[row[0], "BH-A", since] for row in _devices()[1:] if row[6] == "BH-A"]
    return rows + [[row[0], "BH-A", since] for row in _lots()[1:] if row[9] == "BH-A"]


def with_slips(right: Lists) -> Lists:
    """The lists as the clerk first sends them."""
    wrong = {sheet: [list(row) for row in rows] for sheet, rows in right.items()}
    for slip in SLIPS:
        wrong[slip.sheet][slip.row + 1][right[slip.sheet][0].index(slip.header)] = slip.cell
    return wrong


def workbook(sheets: Mapping[str, Table], titles: Mapping[str, str] | None = None) -> bytes:
    """The sheets as one XLSX file; a title stands two rows above its headers, as clerks like it."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        if titles and name in titles:
            sheet.append([titles[name]])
            sheet.append([])
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Table) -> bytes:
    """One sheet as Excel saves it on a Chinese Windows: GB18030, separated by commas."""
    lines = (",".join("" if cell is None else _quoted(str(cell)) for cell in row) for row in rows)
    return "\r\n".join(lines).encode("gb18030")


def _quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text
