"""Fields and values that are refused while their neighbours are kept, by family and reason (see bad_messages.py)."""

from __future__ import annotations

from ingest.nouns import Reason

TIME = "2024-03-01T08:00:00Z"
TIME_US = 1_709_280_000_000_000

# (family, reason, JSON of one value between two good ones)
BAD_VALUES: tuple[tuple[str, Reason, tuple[str, ...]], ...] = (
    ("value of another type", Reason.WRONG_TYPE, ("true", "false", "[]", "[4.5]", "{}", '{"value":4.5}')),
    (
        "text where a number belongs",
        Reason.WRONG_TYPE,
        ('""', '"ok"', '"21.5 °C"', '"1554.N0N"', '"0x10"', '"null"', '"\\ud800"'),
    ),
    (
        "number as text",
        Reason.TEXT_NUMBER,
        ('"21.5"', '"21,5"', '"-4"', '" 7 "', '"1e3"', '"+.5"', '"1e400"', '"٣"'),
    ),
    ("literal that is not finite", Reason.NOT_FINITE, ("NaN", "Infinity", "-Infinity")),
    (
        "beyond every double",
        Reason.NOT_FINITE,
        ("1e400", "-1e400", "1" + "0" * 309, "-1" + "0" * 5_000, "9" * 200_000, "1.5e999999999"),
    ),
    ("text that is not finite", Reason.NOT_FINITE, ('"NaN"', '"inf"', '"-Infinity"', '"nan"')),
)

# (family, reason, fields that spoil the second record with its two values)
BAD_HEADS: tuple[tuple[str, Reason, tuple[str, ...]], ...] = (
    (
        "clock before 2001",
        Reason.CLOCK,
        (
            '"time":0',
            '"time":1',
            '"time":-1709280000',
            '"time":978307199',
            '"time":946684800000',
            '"time":5.01',
            '"time":"1970-01-01T00:00:00Z"',
            '"time":"2000-01-01T00:00:00+08:00"',
            '"time":"0001-01-01T00:00:00+14:00"',
            '"time":123456789012',
        ),
    ),
    (
        "clock ahead",
        Reason.CLOCK,
        (
            '"time":"2200-01-01T00:00:00Z"',
            '"time":"9999-12-31T23:59:59.999999999-12:00"',
            '"time":7258118400',
            '"time":7258118400000',
            '"time":7258118400000000',
            '"time":7258118400000000000',
            '"time":7258118400.5',
        ),
    ),
    (
        "time without an offset",
        Reason.BAD_TIME,
        (
            '"time":"2024-03-01T08:00:00"',
            '"time":"2024-03-01 08:00:00.5"',
            '"time":"2024-03-01"',
            '"time":"20240301T080000"',
        ),
    ),
    (
        "unreadable time",
        Reason.BAD_TIME,
        (
            '"time":""',
            '"time":"now"',
            '"time":"2024-02-30T08:00:00Z"',
            '"time":"2024-13-01T08:00:00Z"',
            '"time":"2024-03-01T24:00:00Z"',
            '"time":"2024-03-01T08:61:00Z"',
            '"time":"01.03.2024 08:00:00Z"',
            '"time":"2024-W09-5T08:00:00Z"',
            '"time":"2024-03-01T08:00:00+25:00"',
            '"time":"2024-03-01T08:00:00,5Z"',
            '"time":"２０24-03-01T08:00:00Z"',
            '"time":"2024-03-01T08:00:00Z\\u0000"',
            '"time":"\\ud800"',
        ),
    ),
    (
        "epoch number as text",
        Reason.BAD_TIME,
        ('"time":"1709280000"', '"time":"1709280000000"', '"time":"1709280000.5"'),
    ),
    (
        "time of another type",
        Reason.BAD_TIME,
        (
            '"time":true',
            '"time":[]',
            '"time":{"s":1709280000}',
            '"time":NaN',
            '"time":1e400',
            '"time":' + "9" * 30,
            '"time":-Infinity',
        ),
    ),
    (
        "device name that cannot be",
        Reason.BAD_NAME,
        (
            '"device":""',
            '"device":" "',
            '"device":" probe"',
            '"device":"probe\\t"',
            '"device":"probe\\u0000"',
            '"device":"probe\\n7"',
            '"device":"probe\\u007f"',
            '"device":"\\ud800"',
            '"device":"probe\\udc00"',
            '"device":"\\u202eprobe"',
            '"device":"\\ufeffprobe"',
            '"device":"pro\\u200bbe"',
            '"device":"a+b"',
            '"device":"#"',
            '"device":"/probe"',
            '"device":"probe/"',
            '"device":"' + "x" * 129 + '"',
            '"device":"' + "x" * 500_000 + '"',
        ),
    ),
    (
        "device of another type",
        Reason.BAD_NAME,
        ('"device":7', '"device":true', '"device":["a"]', '"device":{}', '"device":NaN'),
    ),
    (
        "units of another type",
        Reason.WRONG_TYPE,
        (
            '"device":"bad-NNN","unit":"degF"',
            '"device":"bad-NNN","unit":["degF"]',
            '"device":"bad-NNN","unit":1',
        ),
    ),
)

# (family, reason, fields beside a good temperature)
BAD_FIELDS: tuple[tuple[str, Reason, tuple[str, ...]], ...] = (
    (
        "unknown unit",
        Reason.UNKNOWN_UNIT,
        (
            '"pressure":7,"unit":{"pressure":"furlong"}',
            '"pressure":7,"unit":{"pressure":""}',
            '"pressure":7,"unit":{"pressure":7}',
            '"pressure":7,"unit":{"pressure":"PA"}',
            '"pressure":7,"unit":{"pressure":["hPa"]}',
            '"oven":7,"unit":{"oven":"warm"}',
        ),
    ),
    (
        "unit of another quantity",
        Reason.UNKNOWN_UNIT,
        ('"pressure":7,"unit":{"pressure":"degF"}', '"relative_humidity":7,"unit":{"relative_humidity":"V"}'),
    ),
    ("infinite after conversion", Reason.NOT_FINITE, ('"pressure":1e308,"unit":{"pressure":"bar"}',)),
    (
        "quantity name that cannot be",
        Reason.BAD_NAME,
        (
            '"":1',
            '" ":1',
            '"a\\u0000b":1',
            '"a\\u001fb":1',
            '"\\ud800":1',
            '"a+b":1',
            '"a#":1',
            '"temperature ":1',
            '"' + "x" * 129 + '":1',
            '"' + "温" * 100_000 + '":1',
            '"\\u202e":1',
        ),
    ),
)

# (family, reason, a second record of a SenML pack, with one value)
BAD_RECORDS: tuple[tuple[str, Reason, tuple[str, ...]], ...] = (
    (
        "SenML record without a value",
        Reason.BAD_SENML,
        ('{"n":"x","u":"Cel"}', '{"n":"x","t":1}', '{"n":"x","vd":"!"}'),
    ),
    (
        "SenML value that is no number",
        Reason.WRONG_TYPE,
        (
            '{"n":"x","vs":"open"}',
            '{"n":"x","v":true}',
            '{"n":"x","v":null}',
            '{"n":"x","v":[1]}',
            '{"n":"x","vb":1}',
            '{"n":"x","vb":"true"}',
            '{"n":"x","vd":"aGk"}',
            '{"n":"x","s":{}}',
            "7",
            "null",
        ),
    ),
    (
        "SenML number as text",
        Reason.TEXT_NUMBER,
        ('{"n":"x","v":"21.5"}', '{"n":"x","vs":"21,5"}', '{"n":"x","s":"7"}'),
    ),
    (
        "SenML number that is not finite",
        Reason.NOT_FINITE,
        ('{"n":"x","v":NaN}', '{"n":"x","v":1e400}', '{"n":"x","s":-Infinity}'),
    ),
    (
        "SenML name that cannot be",
        Reason.BAD_NAME,
        (
            '{"n":7,"v":1}',
            '{"n":null,"v":1}',
            '{"n":"a b","v":1}',
            '{"n":"温度","v":1}',
            '{"n":"x\\u0000","v":1}',
            '{"n":"x+","v":1}',
            '{"n":"temperature/","v":1}',
            '{"n":"' + "x" * 129 + '","v":1}',
            '{"bn":"","n":"-x","u":"Cel","v":1}',
            '{"bn":"' + "x" * 129 + '","u":"Cel","v":1}',
        ),
    ),
    (
        "SenML unit unknown",
        Reason.UNKNOWN_UNIT,
        (
            '{"n":"x","u":"furlong","v":1}',
            '{"n":"x","u":7,"v":1}',
            '{"n":"pressure","u":"Cel","v":1}',
            '{"n":"temperature","u":"degF","s":1}',
            '{"n":"","u":"furlong","v":1}',
        ),
    ),
    (
        "SenML time unreadable",
        Reason.BAD_TIME,
        (
            '{"n":"x","t":"60","v":1}',
            '{"n":"x","t":NaN,"v":1}',
            '{"n":"x","t":null,"v":1}',
            '{"n":"x","t":1e300,"v":1}',
        ),
    ),
    (
        "SenML clock",
        Reason.CLOCK,
        (
            '{"n":"x","t":9000000000,"v":1}',
            '{"n":"x","t":-1000000000,"v":1}',
            '{"n":"x","t":1709280000000,"v":1}',
        ),
    ),
)

# a CBOR value, and its reason
CBOR_VALUES: tuple[tuple[bytes, Reason], ...] = (
    (b"\xf5", Reason.WRONG_TYPE),
    (b"\xf6", Reason.WRONG_TYPE),
    (b"\xf7", Reason.WRONG_TYPE),
    (b"\x41\x01", Reason.WRONG_TYPE),
    (b"\x6421.5", Reason.TEXT_NUMBER),
    (b"\xf9\x7e\x00", Reason.NOT_FINITE),
    (b"\xfb\x7f\xf0" + bytes(6), Reason.NOT_FINITE),
    (b"\xc2\x59\x00\xff" + b"\xff" * 255, Reason.NOT_FINITE),
    (b"\xc4\x82\x1a\x3b\x9a\xca\x00\x03", Reason.NOT_FINITE),
    (b"\xc1\x01", Reason.WRONG_TYPE),
    (b"\xc0\x74" + TIME.encode(), Reason.WRONG_TYPE),
    (b"\xd8\x23\x66(a+)+$", Reason.WRONG_TYPE),
    (b"\xd8\x1c\x81\xd8\x1d\x00", Reason.WRONG_TYPE),
    (b"\xd9\x03\xe8\x01", Reason.WRONG_TYPE),
)
