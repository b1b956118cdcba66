"""Reads the same files with pandas and Python's csv and json; prints milliseconds of each as JSON. The best of three."""
import csv
import json
import sys
import time

folder = sys.argv[1]
answers = {}


def measure(name, read, runs=3):
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    answers[name] = min(times)


def read_csv_module():
    with open(f'{folder}/rows.csv', newline='', encoding='utf-8') as file:
        rows = csv.reader(file)
        next(rows)
        columns = [[], [], [], [], [], []]
        for row in rows:
            for column, cell in zip(columns, row):
                column.append(cell)
        columns[3] = [float(cell) for cell in columns[3]]
        columns[5] = [float(cell) for cell in columns[5]]


def read_json_module():
    with open(f'{folder}/rows.jsonl', encoding='utf-8') as file:
        for line in file:
            json.loads(line)


if sys.argv[2] == 'write':
    import pandas
    pandas.read_csv(f'{folder}/rows.csv').to_parquet(f'{folder}/rows.parquet', index=False)
    print(f'pandas {pandas.__version__}')
else:
    import pandas
    measure('csv: pandas', lambda: pandas.read_csv(f'{folder}/rows.csv'))
    measure('csv: Python csv', read_csv_module, 1)
    measure('jsonl: pandas', lambda: pandas.read_json(f'{folder}/rows.jsonl', lines=True), 1)
    measure('jsonl: Python json', read_json_module, 1)
    measure('parquet: pandas', lambda: pandas.read_parquet(f'{folder}/rows.parquet'))
    print(json.dumps(answers))
