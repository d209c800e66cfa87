"""Sheets of what measures and what keeps the climate: gateways, device models, devices, calibrations, equipment."""

from __future__ import annotations

from registry.lists import cells
from registry.lists.columns import CODES, MODEL, STANDS, identified, one_of, refers, when
from registry.lists.nouns import Column, Sheet
from registry.lists.sheets_who import QUANTITIES, QUANTITY

_ANY = cells.number(-1e6, 1e6)
_INTERVAL = Column(field="interval_s", attribute="interval_us", read=cells.duration, label="interval",
                   also=("interval", "period", "上报间隔", "采集间隔", "上报周期"), example="900")  # fmt: skip

GATEWAYS = Sheet(
    name="gateways", kind="gateway", identity=("key",), also=("网关",),
    columns=(
        *identified("gateway", ("网关号",), ("网关名称", "网关", "gateway"), ("gw-jn-1", "", ("Jinan hall 1", "济南一号库"))),
        refers("gateway", "site", "仓库", "站点", "所属仓库", example="WH-JN"),
        MODEL,
    ),
)  # fmt: skip
DEVICE_MODELS = Sheet(
    name="device_models", kind="device_model", also=("型号", "监测终端型号", "设备型号", "models"),
    columns=(
        *identified("device_model", ("型号编号",), ("型号", "型号名称", "model"), ("th-20", "", ("TH-20", "TH-20"))),
        Column(field="manufacturer", read=cells.text, also=("maker", "vendor", "厂家", "厂商", "品牌"), example=("Example", "某厂")),
        _INTERVAL,
        Column(field="note", read=cells.text, also=("remark", "备注", "说明")),
    ),
)  # fmt: skip
MODEL_QUANTITIES = Sheet(
    name="model_quantities", kind="device_model", part="quantities", parent="model",
    also=("型号测点", "型号测量项目", "device_model_quantities"),
    columns=(
        Column(field="model", read=cells.text, refers="device_model", required=True, label="of_model",
               also=("型号", "device_model"), example="th-20"),
        QUANTITY,
        Column(field="resolution", read=_ANY, also=("分辨力",), example="0.1"),
        Column(field="accuracy", read=cells.number(0, 1e6), also=("精度", "误差", "允差"), example="0.3"),
        Column(field="low", read=_ANY, also=("min", "量程下限", "最小值"), example="-40"),
        Column(field="high", read=_ANY, also=("max", "量程上限", "最大值"), example="85"),
        Column(field="sentinels", read=cells.several(_ANY), also=("sentinel", "无数值代码"), example="-127"),
    ),
    spans=(("low", "high"),),
)  # fmt: skip
DEVICES = Sheet(
    name="devices", kind="device", identity=("device", "gateway"), also=("监测终端", "设备", "终端", "探头", "sensors"),
    columns=(
        *identified("device", ("资产编号", "设备编号", "终端编号", "device number"), ("监测终端名称", "设备名称", "终端名称"),
                    ("", "", ("Probe hall 1 north", "一号库北"))),
        refers("device", "gateway", "网关", "网关编号", required=True, example="gw-jn-1"),
        Column(field="device", read=cells.text, also=("device id", "address", "设备id", "地址", "终端id"), example="probe-7"),
        Column(field="model", read=cells.text, also=("type", "型号", "设备型号"), example="th-20", label="device_model"),
        Column(field="serial", read=cells.text, also=("serial number", "sn", "序列号", "出厂编号"), example="SN2024071"),
        _INTERVAL,
        QUANTITIES,
        Column(field="shared", read=cells.flag, also=("共享", "漫游"), example=("no", "否")),
        Column(field="read_out", read=cells.flag, also=("read out", "logger", "离线记录仪", "记录仪"), example=("no", "否")),
        Column(field="known_as", read=cells.full_name, also=("old name", "原名", "曾用名")),
        CODES,
        STANDS,
    ),
)  # fmt: skip
CALIBRATIONS = Sheet(
    name="calibrations", kind="calibration", identity=("device", "quantity", "done_us"), also=("校准", "校准证书", "检定"),
    columns=(
        *identified("calibration", ("校准编号",), ("校准名称",), ("", "", ("", ""))),
        refers("calibration", "device", "监测终端", "设备", "设备编号", "终端", "sensor", required=True, example="gw-jn-1-probe-7",
               label="of_device"),
        QUANTITY,
        Column(field="certificate", read=cells.text, also=("certificate number", "证书编号", "证书号", "证书"), example="JN-2026-0815"),
        Column(field="laboratory", read=cells.text, also=("lab", "校准机构", "检定机构", "实验室"),
               example=("Shandong Metrology", "山东计量院")),
        Column(field="done", attribute="done_us", read=when("done").read, also=("date", "校准日期", "检定日期", "calibrated"),
               required=True, example="2026-08-15"),
        when("due", "due date", "有效期至", "到期日", "下次校准", inclusive=True, example="2027-08-14"),
        Column(field="deviation", read=_ANY, also=("error", "示值误差", "修正值相反数"), example="0.2"),
        Column(field="uncertainty", read=cells.number(0, 1e6), also=("扩展不确定度", "u"), example="0.1"),
    ),
    spans=(("done_us", "due_us"),),
)  # fmt: skip
EQUIPMENT = Sheet(
    name="equipment", kind="equipment", identity=("name", "zone"), also=("设备台账", "机组", "machines"),
    columns=(
        *identified("equipment", ("设备编号",), ("设备", "设备名称", "equipment", "machine"), ("", "AC-01", ("Air conditioner 1", "一号空调"))),
        refers("equipment", "zone", "库区", "所在库区", required=True, example="JN-A1"),
        one_of("kind", "equipment_kind", "类型", "设备类型", "type", required=True, label="equipment_kind", example="cooling"),
        MODEL,
        Column(field="inspection_s", attribute="inspection_us", read=cells.duration, label="inspection",
               also=("inspection interval", "检查周期", "检修周期", "保养周期"), example="180 d"),
    ),
)  # fmt: skip
