"""Validates a package of data with the public validators.

validate.py FORM PATH [NAME=ROWS…]  prints what is wrong, a line each, and ends with 1
if there is something. PATH is a folder, or for some forms a zip file. The record sets
or resources NAME are read, too, and must have so many rows.
"""

import json
import pathlib
import sys
import tempfile
import zipfile


def ro_crate(path, wanted):
    """All that RO-Crate 1.3 requires and recommends, offline."""
    import requests
    import rocrate
    from rocrate_validator import models, services
    from rocrate_validator.utils.http import HttpRequester

    # The context is that of the specification, as another package brings it along.
    text = (pathlib.Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()
    context = "https://w3id.org/ro/crate/1.3/context"
    assert json.loads(text)["@id"] == context

    def get(self, url, *args, **kwargs):
        answer = requests.Response()
        answer.url, answer.status_code, answer._content = url, 200, text
        answer.headers["Content-Type"] = "application/ld+json"
        if url != context:
            answer.status_code, answer._content = 404, b""
        return answer

    HttpRequester().get  # it makes itself on first use
    type(HttpRequester()).get = get

    settings = services.ValidationSettings(
        rocrate_uri=str(path),
        profile_identifier="ro-crate-1.3",
        requirement_severity=models.Severity.RECOMMENDED,
        abort_on_first=False,
        skip_availability_check=True,
    )
    for issue in services.validate(settings).get_issues():
        yield f"{issue.severity.name}: {issue.check.identifier} {issue.message} [{issue.violatingEntity}]"


def croissant(path, wanted):
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(path / "croissant.json"))
    for error in dataset.metadata.ctx.issues.errors:
        yield f"error: {error}"
    for warning in dataset.metadata.ctx.issues.warnings:
        yield f"warning: {warning}"
    for name, rows in wanted.items():
        read = sum(1 for _ in dataset.records(name))
        if read != rows:
            yield f"{name} has {read} records, not {rows}"


def frictionless(path, wanted):
    from frictionless import Package, validate

    descriptor = str(path) if path.suffix == ".zip" else str(path / "datapackage.json")
    report = validate(descriptor, type="package")
    for error in report.errors:
        yield f"{error.type}: {error.message}"
    for task in report.tasks:
        for error in task.errors:
            yield f"{task.name}: {error.type}: {error.message}"
    package = Package(descriptor)
    for name, rows in wanted.items():
        read = len(package.get_resource(name).read_rows())
        if read != rows:
            yield f"{name} has {read} rows, not {rows}"


def datacite(path, wanted):
    """The newest schema that the package knows is 4.5. It wants the DOI that a repository gives."""
    from datacite import schema45

    text = json.loads((path / "datacite.json").read_text("utf-8"))
    if "doi" not in text:
        text["doi"] = "10.5072/given-later"
    for error in schema45.validator.iter_errors(text):
        yield f"{'/'.join(map(str, error.path))}: {error.message}"


def bagit(path, wanted):
    import bagit as library

    if path.suffix == ".zip":
        folder = tempfile.mkdtemp()
        with zipfile.ZipFile(path) as bag:
            bag.extractall(folder)
        tops = list(pathlib.Path(folder).iterdir())
        if len(tops) != 1:
            yield f"the zip file has {len(tops)} folders at its top"
        path = tops[0]
    try:
        library.Bag(str(path)).validate()
    except library.BagError as error:
        yield str(error)


def main():
    form, path, *read = sys.argv[1:]
    wanted = {name: int(rows) for name, _, rows in (each.rpartition("=") for each in read)}
    found = list(globals()[form.replace("-", "_")](pathlib.Path(path), wanted))
    print("\n".join(found) or f"{form} is valid")
    sys.exit(bool(found))


main()
