"""The part of the command line for those who lead: what the team did."""

from infra.cli.parsing import Commands, add_json, add_verb


def add_report(verbs: Commands) -> None:
    """Describe the report."""
    parser = add_verb(
        verbs,
        "week",
        "count a brand's week: messages, first answers, promises; or write it as a page with plots",
        runs="infra.cli.report:week",
        example="nightbell report week --week 2026-W47 --output page.html --stage dev",
    )
    parser.add_argument("--brand", metavar="NAME", help="whose; needed where the settings have several")
    parser.add_argument("--week", metavar="WEEK", help="such as 2026-W47; the last one that is over if not given")
    parser.add_argument("--output", metavar="FILE", help="write the page, one HTML file, there")
    parser.add_argument("--language", metavar="CODE", help="en, de, es, fr, it or pt; the brand's own if not given")
    add_json(parser)
