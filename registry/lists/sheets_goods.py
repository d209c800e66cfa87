"""Sheets of the goods: products, orders, lots, shipments with their legs, and where everything is."""

from __future__ import annotations

from registry.lists import cells, moments
from registry.lists.columns import AMOUNT, CODES, CURRENCY, STANDS, identified, one_of, refers, when
from registry.lists.nouns import Column, Sheet
from registry.nouns import LEG_REFERENCES

_VEHICLE = Column(field="vehicle", read=cells.text, also=("plate", "truck", "车牌", "车牌号", "车号", "船名", "航班"),
                  example="鲁A12345")  # fmt: skip


def _leg(field: str, *also: str, example: str = "") -> Column:
    return refers("leg", field, *also, to=LEG_REFERENCES[field], example=example)


PRODUCTS = Sheet(
    name="products", kind="product", also=("产品", "物料", "商品", "产品清单", "materials"),
    columns=(
        *identified("product", ("产品编号", "物料编号", "物料编码", "货号", "sku", "product number", "material"),
                    ("产品", "产品名称", "物料名称", "品名", "product"), ("", "M-2001", ("Lead ingot Pb99.994", "铅锭 Pb99.994"))),
        refers("product", "profile", "储运条件", "储存条件", "condition", example="lead-ingot"),
        Column(field="gtin", read=cells.gtin, also=("ean", "商品条码", "69码"), example="6901234567892"),
    ),
)  # fmt: skip
ORDERS = Sheet(
    name="orders", kind="order", identity=("name", "customer"), also=("订单", "销售订单", "订单清单", "sales orders"),
    columns=(
        *identified("order", ("订单号", "订单编号", "合同号", "order number", "order no"), ("订单名称",), ("", "SO-2026-118", ("", ""))),
        refers("order", "customer", "客户", "客户名称", "客户编号", "buyer", required=True, example="K1001"),
        AMOUNT,
        CURRENCY,
        when("ordered", "order date", "date", "下单日期", "订单日期", "签订日期", example="2026-11-01"),
        when("due", "due date", "delivery date", "交货日期", "交期", "要求交货日期", inclusive=True, example="2026-12-01"),
    ),
    spans=(("ordered_us", "due_us"),),
)  # fmt: skip
SHIPMENTS = Sheet(
    name="shipments", kind="shipment", also=("运单", "发货", "运单清单", "发货单", "deliveries"),
    columns=(
        *identified("shipment", ("运单号", "运单编号", "发货单号", "shipment number", "waybill"), ("运单名称",), ("", "YD-0031", ("", ""))),
        refers("shipment", "order", "订单", "订单号", example="SO-2026-118"),
        refers("shipment", "origin", "from", "发货仓库", "起运地", "始发站", "发货地", example="WH-JN"),
        refers("shipment", "destination", "to", "收货仓库", "目的地", "到站", "收货地"),
        refers("shipment", "zone", "compartment", "车厢", "货柜", "集装箱", label="vehicle_zone"),
        refers("shipment", "carrier", "承运商", "物流公司"),
        _VEHICLE,
        refers("shipment", "driver", "司机", "驾驶员"),
        when("expected_departure", "etd", "预计发车", "计划发车时间", "预计发货时间", clock="origin"),
        when("expected_arrival", "eta", "预计到达", "计划到达时间", clock="destination"),
        when("departed", "departure", "实际发车", "发车时间", "发货时间", clock="origin", example=""),
        when("arrived", "arrival", "实际到达", "到达时间", "签收时间", clock="destination", example=""),
        one_of("stage", "stage", "状态", "运输状态", "阶段", "status", example="planned"),
        AMOUNT,
        CURRENCY,
        Column(field="packaging_moisture", read=cells.percentage, also=("moisture", "包装含水率", "含水率", "木材含水率"), example="14"),
        CODES,
    ),
    spans=(("departed_us", "arrived_us"), ("expected_departure_us", "expected_arrival_us")),
)  # fmt: skip
LEGS = Sheet(
    name="legs", kind="shipment", part="legs", parent="shipment", also=("运段", "运输段", "路段", "shipment_legs"),
    columns=(
        Column(field="shipment", read=cells.text, refers="shipment", required=True, also=("运单", "运单号", "shipment number"),
               label="of_shipment", example="YD-0031"),
        one_of("mode", "mode", "运输方式", "方式", example="rail"),
        _leg("origin", "from", "起运地", "始发站", example="WH-JN"),
        _leg("destination", "to", "目的地", "到站"),
        _leg("zone", "compartment", "车厢", "货柜", "集装箱"),
        _leg("carrier", "承运商", "物流公司"),
        _VEHICLE,
        when("expected_departure", "etd", "预计发车", "预计出发", clock="origin"),
        when("expected_arrival", "eta", "预计到达", clock="destination"),
        when("departed", "departure", "实际发车", "实际出发", clock="origin", example=""),
        when("arrived", "arrival", "实际到达", clock="destination", example=""),
    ),
    spans=(("departed_us", "arrived_us"), ("expected_departure_us", "expected_arrival_us")),
)  # fmt: skip
LOTS = Sheet(
    name="lots", kind="lot", also=("批次", "库存", "批次清单", "库存清单", "stock", "batches", "inventory"),
    columns=(
        *identified("lot", ("批号", "批次号", "批次编号", "lot number", "lot no", "batch", "batch number", "lot"),
                    ("批次名称",), ("", "PB-2026-1107", ("", ""))),
        refers("lot", "customer", "客户", "客户名称", "客户编号", "货主", "owner", required=True, example="K1001"),
        refers("lot", "product", "产品", "产品名称", "产品编号", "物料编号", "品名", "material", "sku", required=True, example="M-2001"),
        one_of("status", "lot_status", "状态", "质量状态", "库存状态", label="lot_status", example="available"),
        refers("lot", "order", "订单", "订单号"),
        Column(field="quantity", read=cells.quantity_of_goods, also=("qty", "数量", "重量", "件数"), example="25"),
        Column(field="unit", read=cells.text, also=("uom", "计量单位"), example="t"),
        AMOUNT,
        CURRENCY,
        Column(field="form", read=cells.text, also=("form of stock", "形态", "包装形式", "包装"), example="ingot"),
        when("produced", "production date", "生产日期", "制造日期", example="2026-11-07"),
        when("expires", "expiry", "expiry date", "有效期", "有效期至", "到期日期", "保质期至", inclusive=True, example="2027-11-06"),
        CODES,
        STANDS,
    ),
    spans=(("produced_us", "expires_us"),),
)  # fmt: skip
PLACEMENTS = Sheet(
    name="placements", kind="placement", identity=("subject", "place", "valid_from_us"),
    also=("位置", "存放记录", "布点记录", "存放", "布点", "locations"),
    columns=(
        one_of("subject_kind", "subject_kind", "对象类型", "类型", example="lot"),
        Column(field="subject", read=cells.text, required=True, also=("lot", "device", "批次", "批号", "监测终端", "终端", "设备", "对象"),
               example="PB-2026-1107"),
        one_of("place_kind", "place_kind", "位置类型"),
        Column(field="place", read=cells.text, required=True, also=("zone", "location", "库区", "库位", "所在库区", "运单"),
               example="JN-A1"),
        Column(field="valid_from", attribute="valid_from_us", read=moments.moment, clock="place",
               also=("from", "since", "开始", "入库时间", "放置时间", "起", "自"), example="2026-11-08 09:00"),
        Column(field="valid_to", attribute="valid_to_us", read=moments.moment, clock="place",
               also=("to", "until", "结束", "出库时间", "移出时间", "止", "至")),
    ),
    spans=(("valid_from_us", "valid_to_us"),),
)  # fmt: skip
