"""The searches to record: written by hand where a rule is to be shown, and
made at random from the same pieces, whole and then damaged."""

import random

KEYS = ["loss", "acc", "lr", "model", "note", "team", "q", "a.b.c", "`a b`", '"a/b"', "'a-b'", "`a.b.c`", "f1.score", "λ", "1st", "_x", "none", "x.y.z", "x.y", "mlflow.runName", '"loss"', "`mlflow.prompt.is_prompt`", "mlflow.prompt.is_prompt"]
NUMBERS = ["0", "0.5", "-0.7", "3", "3.0", "0.7", "1e-9", "1E300", "-3", ".5", "5.", "15", "16.0", "1e999", "-1e999", "1.7976931348623157e308", "-.7", "007", "99"]
TIMES = ["1767225600000", "1767225600020", "1767225600060", "1767225601000", "1767225600000.5", "0", "-1", "1767225605000"]
TEXTS = ["", "elastic", "Elastic", "0.1", "10", "9", "it's", 'say "hi"', "it''s", "back\\", "a_b", "%", "100%", "red", "Red", "été", "ÉTÉ", "Œuvre été", "good", "wine", "Wine", "iris", "d1", "D1", "training", "true", "false", "True", "C:\\data\\new", "m one", "foo", "agent", "1", "007", "ann", "FINISHED", "base", "able-fox-1", "two\nlines"]
PATTERNS = ["%", "_", "", "a%", "%a%", "%_b", "a_b", "%e%e%", "El%", "el%", "%ST%", "RED%", "%red", "%%", "_%_", "able-fox-_", "able-fox-1%", "ÉT_", "%É", "100\\%", "it_s", "%'s", "w_n_", "%\n%", "%x_x%x", "Œ%É"]
LIKES = ["LIKE", "ILIKE", "like", "ilike", "Like"]
COMPARE = ["=", "!=", "<", "<=", ">", ">="]
ASC = ["", " ASC", " DESC", " asc", " desc", "  DESC", " Desc"]

# What each entity may name: (prefixes of metrics, params, tags, attributes), texts, numbers, list attributes.
ENTITIES = {
    "runs": dict(metric=["metric", "metrics", "`metrics`"], param=["param", "params", "parameter", "parameters"], tag=["tag", "tags"], attribute=["attribute", "attributes", "attr", "run", ""],
                 texts=["run_id", "run_name", "`run name`", '"Run Name"', "user_id", "status", "artifact_uri"], numbers=["start_time", "end_time", "created", "Created"], lists=["run_id"], null=["param", "tag"], dataset=True),
    "experiments": dict(tag=["tag", "tags"], attribute=["attribute", ""], texts=["name", '"name"', "`name`"], numbers=["creation_time", "last_update_time"], ids=["experiment_id"], null=["tag"]),
    "registered_models": dict(tag=["tag", "tags"], attribute=["attribute", ""], texts=["name"], lists=["name"]),
    "model_versions": dict(tag=["tag", "tags"], attribute=["attribute", ""], texts=["name", "run_id", "source_path"], numbers=["version_number"], lists=["name", "run_id"]),
    "logged_models": dict(metric=["metrics"], param=["params"], tag=["tags"], attribute=["attributes", ""], texts=["name", "model_id", "model_type", "source_run_id"], numbers=["creation_timestamp", "last_updated_timestamp", "creation_time"], lists=["name", "model_type", "model_id"], models=True),
}


class Maker:
    def __init__(self, entity, rows, seed):
        self.e, self.r = ENTITIES[entity], random.Random(seed)
        self.ids = [r["attributes"][k] for r in rows for k in ("run_id", "model_id") if k in r["attributes"]]
        self.entity = entity
        # What rows really have, so that searches find something.
        self.real = [v for r in rows for part in ("attributes", "params", "tags") for v in r.get(part, {}).values() if isinstance(v, str) and len(v) < 60]
        self.real += [v for r in rows for d in r.get("datasets", []) for v in d.values() if v is not None]
        self.keys = [k for r in rows for part in ("metrics", "params", "tags") for k in r.get(part, {})]
        self.keys = [k if k.replace(".", "").isidentifier() and k not in ("in", "from", "as") else f"`{k}`" for k in self.keys] * 2 + KEYS

    def pick(self, *lists):
        return self.r.choice([x for part in lists for x in part])

    def quoted(self, text):
        if self.e.get("models"):  # only single quotes are taken off there
            return "'" + text.replace("'", "") + "'"
        return f'"{text}"' if "'" in text or self.r.random() < 0.2 and '"' not in text else f"'{text}'"

    def text_test(self, lists):
        roll = self.r.random()
        if lists and roll < 0.35:
            items = [self.pick(TEXTS, self.real, self.ids) for _ in range(self.r.randint(1, 4))]
            items = ["'" + t.replace("'", "").replace("\\", "").replace("\n", "") + "'" for t in items]
            op = self.pick(["IN", "NOT IN", "in", "not in", "Not  In"])
            return f"{op} ({self.pick([', ', ','])[:2].join(items)}{self.pick(['', '', ','])})"
        if roll < 0.65:
            return f"{self.pick(LIKES if self.entity != 'experiments' else LIKES[:2])} {self.quoted(self.pick(PATTERNS))}"
        gap = self.pick(["", " "])
        return f"{self.pick(['=', '!='])}{gap}{self.quoted(self.pick(self.real, TEXTS, self.ids))}"

    def clause(self):
        e, kinds = self.e, [k for k in ("metric", "param", "tag", "attribute", "attribute", "dataset") if self.e.get(k)]
        kind = self.pick(kinds)
        if kind == "dataset":
            return f"{self.pick(['dataset', 'datasets'])}.{self.pick(['name', 'digest', 'context'])} {self.text_test(True)}"
        if kind == "attribute":
            prefix = self.pick(e["attribute"])
            name = self.pick(e["texts"], e.get("numbers", []), e.get("ids", []))
            if name.startswith("creation_time") and self.entity == "logged_models":
                prefix = ""
            left = f"{prefix}.{name}" if prefix else name
            if name in e.get("ids", []):
                return f"{left} {self.pick(['=', '!='])} '{self.r.randint(0, 12)}'" if self.r.random() < 0.6 else f"{left} {self.pick(['IN', 'NOT IN'])} ('1', '{self.r.randint(0, 12)}')"
            if name in e.get("numbers", []):
                number = self.pick(TIMES[:3] if self.entity != "runs" else TIMES) if name != "version_number" else str(self.r.randint(-1, 12))
                return f"{left} {self.pick(COMPARE)} {number}"
            return f"{left} {self.text_test(name in e.get('lists', []))}"
        left = f"{self.pick(e[kind])}.{self.pick(self.keys)}"
        if self.entity == "logged_models":
            left = left.replace('"', "`").replace("'", "`")
        if kind == "metric":
            gap = self.pick(["", " ", "  ", "\n"])
            op = self.pick(COMPARE)
            return f"{left}{gap}{op}{gap}{self.pick(NUMBERS)}"
        if kind in e.get("null", []) and self.r.random() < 0.25:
            return f"{left} {self.pick(['IS NULL', 'IS NOT NULL', 'is null', 'Is Not Null'])}"
        return f"{left} {self.text_test(e.get('models'))}"

    def filter(self):
        n = self.pick([1, 1, 1, 1, 1, 2, 2, 3])
        text = self.clause()
        for _ in range(n - 1):
            text += self.pick([" AND ", " AND ", " and ", "\nAND\t", " And "]) + self.clause()
        return text

    def order(self):
        e = self.e
        names = list(e["texts"]) + e.get("numbers", []) + e.get("ids", [])
        names = [n for n in names if n not in ("`run name`", '"Run Name"', "source_path", "run_id") or self.entity == "runs" and n == "run_id"]
        if self.entity == "registered_models":
            names = ["name", "timestamp", "last_updated_timestamp"]
        if self.entity == "model_versions":
            names += ["creation_timestamp", "last_updated_timestamp"]
        keyed = [f"{self.pick(e[k])}.{self.pick(self.keys)}" for k in ("metric", "param", "tag") if self.entity == "runs"]
        names += keyed * 3
        if self.entity == "runs":
            names += ["attribute.start_time", "run.status", "attributes.end_time", "attr.user_id"]
        return [self.pick(names) + self.pick(ASC) for _ in range(self.pick([1, 1, 2, 3]))]

    def model_order(self):
        out = []
        for _ in range(self.pick([1, 1, 2])):
            field = self.pick(["name", "model_id", "status", "model_type", "creation_timestamp", "creation_time", "last_updated_timestamp", "metrics.loss", "metrics.acc", "metrics.a b", "metrics.none", "metrics.loss"])
            clause = {"field_name": field}
            if self.r.random() < 0.6:
                clause["ascending"] = self.r.random() < 0.5
            if field.startswith("metrics") and self.r.random() < 0.5:
                clause["dataset_name"] = self.pick(["wine", "iris", "none"])
                if self.r.random() < 0.5:
                    clause["dataset_digest"] = self.pick(["d1", "d2", "d3"])
            out.append(clause)
        return out

    def datasets(self):
        return [dict(dataset_name=self.pick(["wine", "iris"]), **({"dataset_digest": self.pick(["d1", "d2", "d3"])} if self.r.random() < 0.5 else {})) for _ in range(self.pick([1, 1, 2]))]

    def damage(self, text):
        """One or two small mistakes, as people and programs make them."""
        if self.r.random() < 0.3:
            words = text.split(" ")
            i, j = self.r.randrange(len(words)), self.r.randrange(len(words))
            extra = self.pick(words, ["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "=", ">", "('a', 'b')", "'x'", '"x"', "5", "loss", "tags.team", "run_id"])
            words[i:j] = self.pick([[extra], [], [extra] + words[i:j], words[i:j] * 2, words[i:j][::-1]])
            return " ".join(words)
        for _ in range(self.pick([1, 1, 2])):
            i = self.r.randrange(len(text) + 1)
            j = min(len(text), i + self.r.randint(1, 3))
            junk = self.pick(list("'\"`.,;()<>=!-+*/%_ \n\\5aéλ$#@:[]?~|&"), [" AND ", " OR ", " NOT ", " IN ", " NULL ", "IS ", " LIKE ", "--", "'x'", " 1", "/*", "::", "metrics.", ".5"])
            text = self.pick([text[:i] + junk + text[i:], text[:i] + text[j:], text[:i] + junk + text[j:], text[:i], text[i:]])
        return text


# Filters by hand. "!" marks those whose error message Varve gives in the same words.
HAND = {
    "runs": [
        "", "metrics.loss > 1 metrics.acc < 2", "AND metrics.loss > 1 AND AND", "AND", "metrics.5 > 1", "metrics.1st > 1", "metrics.55a > 1", "metrics.a.1 > 1", "params.from = 'here'", "tags.as = 'is'",
        "tags.order = 'o'", "tags.AND = 'and'", "metrics.in = 4", "metrics.loss > 1e+5", "metrics.loss > 1e5", "metrics.loss>-.5", "metrics.loss > .5e1", "params.q = 'it''s'", "params.q = 'back\\'", "params.q = \"back\\\"",
        "params.q = 'back\\' AND params.model = \"say\"", "params.model = \"it's\"", "params.model = 'say \"hi\"'", "tags.note IS NULL tags.team IS NULL", "params.lr = '10' params.model IS NULL", "run_id IN ('a') metrics.loss > 1", "run_id IN ('a') run_id IN ('b')",
        "tags.note IS NOT  NULL", "tags.note IS  NULL", "tags.note IS NULL AND", "run_id IN ('a' 'b')", "run_id IN (a)", "run_id IN (('a', 'b'))", "run_id IN (('a'), ('b'))", "run_id = ('a')", "run_id IN ('a',,'b')", "run_id IN (,)", "run_id IN (r'a')", "run_id IN ('a\\n')",
        "dataset.name IN ('C:\\\\data\\\\new')", "dataset.name IN ('C:\\data\\new')", "dataset.name = 'C:\\data\\new'", "dataset.name IN ('Wine', 'iris')", "dataset.name = 'wine' AND dataset.context = 'validation'", "dataset.name = 'iris' AND dataset.context = 'validation'", "dataset.name != 'wine'", "dataset.context != 'training'", "dataset.context NOT IN ('training')",
        "metrics. loss > 1", "\"metrics\".loss > 1", "metrics.\"a\".\"b\" > 1", "tags.`a`.b IS NULL", "metrics.loss[0] > 1", "metrics.count(x) > 1", "metrics.loss DESC > 1", "tags.* IS NULL", "metrics.loss::int > 1", "tags.loss$ = 'x'", "metrics.loss = 1 -- comment", "metrics.loss > 1 # c",
        "metrics.loss = NaN", "metrics.loss != 0.5", "metrics.loss = 0", "metrics.loss >= 1.7976931348623157e308", "metrics.loss > 99999999999999999999999999", "start_time > 1767225600020.5", "end_time != 0", "start_time > 99999999999999999999999",
        "params.lr > '1'!", "metrics.loss LIKE 1!", "metrics.loss == 1!", "metrics.loss <> 1!", "params.lr NOT LIKE '1'!", "tags.note < 'a'!", "status > 'a'!", "start_time LIKE 5!", "start_time = '5'!", "start_time IN (5)!", "dataset.name < 'a'!", "metrics.loss = '1'!", "metrics.loss = inf!", "metrics.loss = metrics.acc!",
        "params.lr = 5!", "params.lr = x!", "params.lr = `x`!", "params.lr = NULL!", "params.lr IN ('1')!", "status IN ('RUNNING')!", "run_id IN ()!", "run_id IN ('a', 1)!", "run_id IN ('a' b)!", "dataset.name IN (1)", "dataset.foo = 'a'!", "dataset.name = 5!", "foo = 'a'!", "foo.bar = 'a'!", "metrics .loss > 1", "status = 5!", "status = x!",
        "metrics.loss IS NULL!", "status IS NULL!", "dataset.name IS NOT NULL!", "'status' = 'a'!", "5 = 5!", "metrics.loss > 1; metrics.acc > 1!", "  !", "metrics.loss > 1 OR metrics.acc < 1!", "lifecycle_stage = 'active'!", "metric.loss = 0x1F", "user = 'x'",
    ],
    "experiments": [
        "", "name like 'w%'", "NAME = 'wine'", "name='wine'", "experiment_id = ' 3 '", "experiment_id = '007'", "experiment_id = '+3'", "experiment_id IN ('1','007')", "experiment_id NOT IN ('1')", "experiment_id = '-1'", "tags.team is null", "creation_time > 1.0", "attribute.name ILIKE 'w%'",
        "name IN ('a')!", "experiment_id = 1!", "experiment_id = 'x'!", "experiment_id > '1'!", "experiment_id LIKE '1'!", "experiment_id IN ('x')!", "creation_time > '1'!", "creation_time > 1.5!", "creation_time LIKE 5", "attributes.name = 'a'!", "params.a = 'x'!", "name IS NULL!", "foo = 'x'!", "tags.a > 'x'!", "tags.a = 5!", "name > 'x'!", "name = 5!", "name = 'a' OR name = 'b'!",
    ],
    "registered_models": [
        "", "name like 'w%'", "tags.team = 'red'", "tags.team IS NULL", "`name` = 'wine'", "tags.mlflow.prompt.is_prompt = 'true'", "tags.`mlflow.prompt.is_prompt` = 'TRUE'", "tags.`mlflow.prompt.is_prompt` != 'true'", "tags.`mlflow.prompt.is_prompt` = 'false'", "tags.`mlflow.prompt.is_prompt` != 'false'", "tags.`mlflow.prompt.is_prompt` LIKE 't%'",
        "tags.`mlflow.prompt.is_prompt` = 'false' AND tags.`mlflow.prompt.is_prompt` = 'true'", "tags.`mlflow.prompt.is_prompt` = 'true' AND tags.team = 'red'", "name = 'it''s'", "name IN ('wine', 'Wine', 'a prompt')", "name = \"it's\"", "tags.team = 'red' AND tags.team != 'blue'", "tags.team = 'red' AND tags.x.y = '2'",
        "name = 1!", "name > 'a'!", "tags.a > 'x'!", "tags.a IN ('x')!", "attributes.name = 'a'!", "foo = 'x'!", "name = x!", "params.a = 'x'!", "name IN (1)",
    ],
    "model_versions": [
        "", "version_number = '1'", "version_number = ' 2 '", "version_number='x'", "version_number > 9", "version_number >= '10'", "run_id IN ('a1', 'A1')", "run_id NOT IN ('a1')", "run_id != 'a1'", "tags.`mlflow.prompt.is_prompt` = 'true'", "tags.`mlflow.prompt.is_prompt` != 'true'", "tags.team IS NULL", "`name` = 'wine'", "source_path = 'C:\\new\\x'",
        "version_number = 1.5!", "version_number IN ('1')!", "version_number LIKE '1'!", "source_path IN ('a')!", "name = 1!", "creation_timestamp > 1!", "tags.a > 'x'!", "name < 'x'!", "attributes.name = 'a'!", "version_number = x!",
    ],
    "logged_models": [
        "", "name like 'm%'", "name = foo", 'name = "foo"', "params.lr = 0.1", "params.lr = foo", "params.lr = NULL", "params.lr IN (0.1, 0.2)", "params.`a b` = '1'", 'params."a b" = \'1\'', "metrics.loss > '1'", "metrics.loss < inf", "metrics.`a b` = 2", "attributes.name = 'foo'", "attributes.creation_time > 5", "creation_timestamp_ms > 5",
        "status = 'READY'", "status = '2'", "status = 2", "foo = 'x'", "name = ('a')", "Metrics.loss = 1", "name IN ('foo')", "name NOT IN ('foo', 'été')", "model_type != 'llm'", "experiment_id = '0'", "experiment_id = 0", "lifecycle_stage = 'active'", "metrics.loss != 0.5", "metrics.loss = 0.9 AND metrics.loss = 0.1", "metrics.loss > 1e300", "name ILIKE 'É%'", "tags.team = ''",
        "  ", "name IN 'a'!", "tag.a = 'x'!", "metrics.loss LIKE 'x'!", "name > 'a'!", "params.lr < 1!", "creation_time LIKE 5", "tags.a IS NULL", "name = 'a' OR name = 'b'!", "metrics.loss IN (1)!", "metrics.loss > 1; metrics.loss > 2",
    ],
}

# Orders by hand.
ORDERS = {
    "runs": [
        ["metrics.loss"], ["metrics.loss DESC"], ["params.lr"], ["params.lr desc"], ["tags.note DESC"], ["end_time"], ["end_time DESC"], ["start_time"], ["start_time ASC", "run_id DESC"], ["created DESC"], ["Created"], ["run_name"], ["status", "user_id DESC"], ["metrics.`a b` DESC"], ['metrics."a b"'], ["metrics.'a b' desc"], ["`metrics`.loss"],
        ['"metrics.loss" DESC'], ['"metrics.loss"'], ["metrics.loss", "metrics.acc"], ["metrics.loss", "params.loss"], ["metrics.none", "metrics.acc DESC"], ["metrics.5 DESC"], ["metrics.1st"], ["params.from"], [],
        ["metrics.loss", "metric.loss"], ["start_time", "created"], ["metrics.loss foo!"], ["metrics.loss DESC foo"], ["metrics.loss ASC NULLS LAST"], [" metrics.loss"], ["metrics.loss "], ["metrics.a-b"], ["foo!"], ["run name!"], ["`run name`!"], ["foo.bar!"], ["dataset.name!"], ["lifecycle_stage!"], [""], ["metrics.loss,"], ["metrics.loss, metrics.acc"], ["metrics"], ["DESC"], ["'metrics.loss' DESC"], ["metrics.`loss DESC"], ["metrics. loss"], ["metrics.loss -- x"],
    ],
    "experiments": [[], ["name"], ["name DESC"], ["experiment_id"], ["experiment_id DESC"], ["creation_time"], ["creation_time DESC", "name"], ["last_update_time"], ["name", "name"], ["attribute.name"], ["tags.team!"], ["foo!"], ["name foo!"]],
    "registered_models": [[], ["name DESC"], ["timestamp"], ["timestamp DESC"], ["timestamp  desc"], ["last_updated_timestamp DESC"], ["last_updated_timestamp", "name DESC"], ["timestamp", "last_updated_timestamp"], ["name", "name"], ["attribute.name"], ["`name` DESC"], ["`name`"], ["foo!"], ["creation_timestamp!"], ["Timestamp"], ["tags.team"]],
    "model_versions": [[], ["name"], ["version_number"], ["version_number DESC", "name"], ["creation_timestamp"], ["last_updated_timestamp"], ["name", "name"], ["attribute.name DESC"], ["tags.team!"], ["tags.name"], ["run_id!"], ["foo!"], ["timestamp"]],
    "logged_models": [[], [{"field_name": "foo"}], [{"field_name": "params.lr"}], [{"field_name": "attributes.name"}], [{"field_name": "name"}, {"field_name": "name", "ascending": False}], [{"field_name": "experiment_id"}], [{"field_name": "source_run_id", "ascending": False}], [{"field_name": "status_message"}], [{"field_name": "metrics.`a b`"}]],
}

AMOUNT = {"runs": (1300, 900, 350), "experiments": (300, 150, 80), "registered_models": (250, 100, 60), "model_versions": (300, 120, 80), "logged_models": (400, 150, 250)}


def cases(entity, rows):
    """Yields (filter, order, datasets, whether the message must agree)."""
    m = Maker(entity, rows, entity)
    models = entity == "logged_models"
    for text in HAND[entity]:
        yield text.removesuffix("!"), [], None, text.endswith("!")
    for order in ORDERS[entity]:
        same = any(isinstance(c, str) and c.endswith("!") for c in order)
        yield "", [c.removesuffix("!") if isinstance(c, str) else c for c in order], None, same
    good, bad, orders = AMOUNT[entity]
    for _ in range(good):
        yield m.filter(), [], m.datasets() if models and m.r.random() < 0.4 else None, False
    for _ in range(bad):
        yield m.damage(m.filter()), [], None, False
    for _ in range(orders):
        if models:
            yield "", m.model_order(), None, False
            continue
        order = m.order()
        if m.r.random() < 0.3:
            order[0] = m.damage(order[0])
        yield m.filter() if m.r.random() < 0.2 else "", order, None, False
