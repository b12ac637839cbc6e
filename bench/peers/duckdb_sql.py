"""The two tables as SQL, shared by all DuckDB peers.

Lines are folded once into `months(customer, month, orders, revenue, last)`, one row per customer and month with a
purchase, and from there into `customers(customer, cohort, last, frequency, monetary)`; both tables read these.
"""

import os

import duckdb

# `cuts` holds the edges of each factor's groups from the minimum to the maximum.
RFM = """
WITH factors AS (
    SELECT
        date_diff('microsecond', last, latest + INTERVAL 24 HOUR) // 86400000000 AS recency,
        frequency,
        monetary
    FROM customers, (SELECT max(last) AS latest FROM customers)
), cuts AS (
    SELECT
        quantile_cont(recency::DOUBLE, [0, .2, .4, .6, .8, 1]) AS r,
        quantile_cont(frequency::DOUBLE, [0, .2, .4, .6, .8, 1]) AS f,
        quantile_cont(monetary, [0, .2, .4, .6, .8, 1]) AS m
    FROM factors
), grouped AS (
    SELECT recency, frequency, monetary, {r} AS r, {f} AS f, {m} AS m
    FROM factors, cuts
), scored AS (
    SELECT *, (SELECT max(r) FROM grouped) + 1 - r + f + m AS score FROM grouped
)
SELECT
    score, count(*), sum(frequency)::BIGINT,
    avg(recency), avg(frequency), avg(monetary), sum(monetary)
FROM scored GROUP BY score
"""

COHORTS = """
SELECT
    make_date(cohort // 12, cohort % 12 + 1, 1), month - cohort,
    count(*), sum(orders)::BIGINT, sum(revenue)
FROM months JOIN customers USING (customer)
GROUP BY cohort, month
"""


def group(value, cuts):
    """SQL for the group of a value: right-closed intervals, equal edges merged, numbered from 1."""
    steps = (
        f"({value} > {cuts}[{i}] AND {cuts}[{i}] > {cuts}[{i - 1}])::INTEGER" for i in range(2, 6)
    )
    return "1 + " + " + ".join(steps)


def connect(options, folder=None):
    """A connection on all cores of the machine."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {len(os.sched_getaffinity(0))}")
    if folder is None:
        connection.execute("SET preserve_insertion_order = false")
    else:  # A sorted file is wanted, and a place to sort it in.
        connection.execute(f"SET temp_directory = '{folder}'")
    return connection


def lines_of(shape, source):
    """SQL for the lines that count: customer, order, moment, revenue."""
    if shape == "sim":
        return f"""
            SELECT customer_id AS customer, order_id AS "order", ordered_at AS moment,
                quantity * unit_price - discount AS revenue
            FROM {source} WHERE customer_id IS NOT NULL AND status = 'completed'
        """
    return f"""
        SELECT CustomerID AS customer, InvoiceNo AS "order", InvoiceDate AS moment,
            Quantity * UnitPrice AS revenue
        FROM (SELECT DISTINCT * FROM {source})
        WHERE NOT starts_with(InvoiceNo, 'C') AND Quantity < 80000 AND UnitPrice > 0
            AND CustomerID IS NOT NULL AND NOT isnan(CustomerID)
    """


def both(connection, lines):
    """Rows of the RFM and of the cohort table, from SQL for the lines that count."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE months AS
        SELECT customer, year(moment) * 12 + month(moment) - 1 AS month, count(*) AS orders,
            sum(revenue) AS revenue, max(moment) AS last
        FROM (
            SELECT customer, max(moment) AS moment, sum(revenue) AS revenue
            FROM ({lines}) GROUP BY customer, "order"
        ) GROUP BY ALL
    """)
    return from_months(connection)


def from_months(connection):
    """Rows of both tables from the temporary table `months`."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE customers AS
        SELECT customer, min(month) AS cohort, max(last) AS last,
            sum(orders)::BIGINT AS frequency, sum(revenue) AS monetary
        FROM months GROUP BY customer
    """)
    sql = RFM.format(r=group("recency", "r"), f=group("frequency", "f"), m=group("monetary", "m"))
    return connection.sql(sql).fetchall(), connection.sql(COHORTS).fetchall()
