import pytest

import terraform_docs


def test_the_readme_is_what_the_terraform_files_give():
    readme = terraform_docs.README.read_text()
    assert terraform_docs.fill(readme, terraform_docs.tables()) == readme, "run `make docs`"


def test_a_missing_marker_is_an_error():
    with pytest.raises(SystemExit, match="begin inputs"):
        terraform_docs.fill("no markers here", {"inputs": "x"})


def test_every_input_and_output_is_described():
    for file, kind in (("variables.tf", "variable"), ("outputs.tf", "output")):
        for name, body in terraform_docs.blocks(terraform_docs.ROOT / file, kind).items():
            assert terraform_docs.text(body["description"]).endswith("."), name


def test_heredocs_quotes_and_bars_fit_a_table_cell():
    assert terraform_docs.text('"<<-EOT\n  One | two.\n  Three.\nEOT"') == "One \\| two. Three."
    assert terraform_docs.text('"Say \\"hi\\"."') == 'Say "hi".'
