"""Sheets of who and where: customers, carriers, contacts, people, sites and zones."""

from __future__ import annotations

from registry.lists import cells, words
from registry.lists.columns import CODES, CURRENCY, EMAIL, LANGUAGE, PHONE, identified, one_of, refers
from registry.lists.nouns import Column, Sheet

CUSTOMERS = Sheet(
    name="customers", kind="customer", also=("客户", "客户名单", "客户清单", "clients"),
    columns=(
        *identified("customer", ("客户编号", "客户代码", "customer number", "customer no"),
                    ("客户", "客户名称", "公司", "公司名称", "customer", "company"),
                    ("", "K1001", ("Jinan Batteries", "济南蓄电池厂"))),
        Column(field="grade", read=words.grade, also=("客户等级", "等级"), example="A"),
        Column(field="standstill_per_hour", read=cells.amount, also=("停工损失", "每小时停工损失"), example="20,000"),
        CURRENCY,
    ),
)  # fmt: skip
CARRIERS = Sheet(
    name="carriers", kind="carrier", also=("承运商", "物流公司", "运输公司"),
    columns=(
        *identified("carrier", ("承运商编号", "carrier number"), ("承运商", "承运商名称", "物流公司", "carrier"),
                    ("", "CY01", ("Lu Logistics", "鲁通物流"))),
        PHONE,
        EMAIL,
    ),
)  # fmt: skip
SITES = Sheet(
    name="sites", kind="site", also=("仓库", "站点", "仓库清单", "warehouses"),
    columns=(
        *identified("site", ("仓库编号", "站点编号", "site number", "warehouse number"),
                    ("仓库", "站点", "仓库名称", "站点名称", "site", "warehouse"),
                    ("", "WH-JN", ("Jinan warehouse", "济南仓库"))),
        Column(field="time_zone", read=cells.time_zone, also=("timezone", "tz"), required=True, example="Asia/Shanghai"),
        Column(field="region", read=cells.text, also=("地区", "省份", "大区", "area"), example=("Shandong", "山东")),
        Column(field="latitude", read=cells.number(-90, 90), also=("lat",), example="36.65"),
        Column(field="longitude", read=cells.number(-180, 180), also=("lon", "lng"), example="117.12"),
        Column(field="geofence_m", read=cells.number(10, 100_000), also=("geofence", "围栏半径", "电子围栏"), example="300"),
        one_of("climate", "climate_zone", "气候", "气候区", label="climate"),
        Column(field="coastal", read=cells.flag, also=("沿海",), example=("no", "否")),
        refers("site", "customer", "客户", "所属客户", "owner", label="site_customer"),
    ),
)  # fmt: skip
CONTACTS = Sheet(
    name="contacts", kind="contact", identity=("name", "customer", "site"), also=("联系人", "联系人清单", "通讯录"),
    columns=(
        *identified("contact", ("联系人编号",), ("姓名", "联系人", "联系人姓名", "contact", "full name"),
                    ("", "", ("Wang Wei", "王伟"))),
        refers("contact", "customer", "客户", "客户名称", "公司", "company", example="K1001"),
        refers("contact", "site", "仓库", "站点", "仓库名称", "warehouse", example="WH-JN"),
        one_of("role", "contact_role", "职务", "岗位", "角色", label="contact_role", example="store_keeper"),
        PHONE,
        EMAIL,
        LANGUAGE,
    ),
)  # fmt: skip
PEOPLE = Sheet(
    name="people", kind="person", identity=("name", "phone"), also=("人员", "员工", "人员清单", "staff", "persons"),
    columns=(
        *identified("person", ("工号", "员工编号", "staff number"), ("姓名", "员工", "person", "full name"),
                    ("", "G007", ("Li Na", "李娜"))),
        one_of("role", "role", "角色", "岗位", "职务", label="role", example="engineer"),
        PHONE,
        EMAIL,
        LANGUAGE,
        refers("person", "site", "仓库", "站点", "所属仓库", example="WH-JN"),
        refers("person", "carrier", "承运商", "物流公司"),
        refers("person", "customer", "客户"),
        Column(field="region", read=cells.text, also=("地区", "大区"), example=("Shandong", "山东")),
        Column(field="skills", read=cells.several(cells.text), also=("skill", "专长"), example=("refrigeration", "制冷")),
        Column(field="level", read=cells.whole(1, 5), also=("资质", "级别", "技能等级"), label="skill_level", example="3"),
        Column(field="languages", read=cells.several(cells.spoken_language), also=("会说", "外语"), example="en"),
        Column(field="capacity", read=cells.whole(1, 1000), also=("最多工单", "工单上限"), example="6"),
        Column(field="latitude", read=cells.number(-90, 90), also=("lat",), label="base_latitude", example="36.65"),
        Column(field="longitude", read=cells.number(-180, 180), also=("lon", "lng"), label="base_longitude", example="117.12"),
        refers("person", "teams", "team", "班组", "团队", to="team", label="of_teams", example=("Service north", "北方服务组")),
        Column(field="lead", read=cells.flag, also=("team lead", "leader", "班长"), example=("no", "否")),
        Column(field="head", read=cells.flag, also=("head of department", "部门负责人"), example=("no", "否")),
        Column(field="time_zone", read=cells.time_zone, also=("timezone", "tz"), label="own_time_zone", example="Asia/Shanghai"),
        Column(field="quiet_from", read=cells.time_of_day, also=("免打扰开始",), example="22:00"),
        Column(field="quiet_to", read=cells.time_of_day, also=("免打扰结束",), example="07:00"),
        Column(field="channels", read=cells.named, also=("channel", "通知方式"), example="service-wecom"),
        one_of("register", "register", "文体", "通知文体", label="register", example="plain"),
    ),
)  # fmt: skip
TEAMS = Sheet(
    name="teams", kind="team", also=("班组", "团队", "服务组"),
    columns=(
        *identified("team", ("班组编号",), ("班组", "班组名称", "团队名称", "team"),
                    ("", "T-N", ("Service north", "北方服务组"))),
        refers("team", "customers", "客户", "专属客户", to="customer", label="team_customers", example="K1001"),
        Column(field="regions", read=cells.several(cells.text), also=("region", "负责地区", "地区"), example=("Shandong", "山东")),
        Column(field="skills", read=cells.several(cells.text), also=("skill", "专长"), label="team_skills",
               example=("refrigeration", "制冷")),
        Column(field="calendar", read=cells.text, also=("工作日历",), example="china-office"),
    ),
)  # fmt: skip
ZONES = Sheet(
    name="zones", kind="zone", identity=("name", "site"), also=("库区", "车厢", "库区/车厢", "库位", "areas"),
    columns=(
        *identified("zone", ("库区编号", "库位编号", "zone number"), ("库区", "库区名称", "库位", "zone", "room"),
                    ("", "JN-A1", ("Hall 1", "一号库"))),
        refers("zone", "site", "仓库", "站点", "所属仓库", "仓库名称", "warehouse", example="WH-JN"),
        one_of("kind", "zone_kind", "类型", "库区类型", "type", label="zone_kind", example="room"),
        refers("zone", "profile", "储运条件", "储存条件", "condition", example="lead-ingot"),
        one_of("climate_control", "climate_control", "控温", "温控", "heating", example="none"),
        Column(field="area_m2", read=cells.number(0, 1e7), also=("area", "面积"), example="1200"),
        Column(field="volume_m3", read=cells.number(0, 1e9), also=("volume", "体积", "容积"), example="7200"),
        CODES,
    ),
)  # fmt: skip
QUANTITY = Column(field="quantity", read=words.quantity, also=("测量项目", "测点", "measure"), required=True,
                  label="measured", example=("temperature", "温度"))  # fmt: skip
QUANTITIES = Column(field="quantities", read=cells.several(words.quantity), also=("测量项目", "测点", "measures"),
                    example=("temperature, relative_humidity", "温度、相对湿度"))  # fmt: skip
