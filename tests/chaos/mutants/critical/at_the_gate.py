"""Who gets into the desk, and what their session is worth."""

from tests.chaos.mutants.critical.mistake import Critical

AT_THE_GATE = (
    Critical(
        name="take what says who somebody is for a key",
        file="services/desk_api/access.py",
        was='claims.get("token_use") != "access" or ',
        became="",
        test="contract/test_desk_api.py::test_without_a_proven_token_there_is_nothing",
    ),
    Critical(
        name="take a token that was given to another program",
        file="services/desk_api/access.py",
        was=' or claims.get("client_id") != client_id',
        became="",
        test="contract/test_desk_api.py::test_without_a_proven_token_there_is_nothing",
    ),
    Critical(
        name="take a part of a group's name for the group",
        file="services/desk_api/access.py",
        was=r'name in re.split(r"[\s,\[\]]+", told)',
        became="name in told",
        test="contract/test_desk_api.py::test_whoever_is_no_agent_is_told_so",
    ),
    Critical(
        name="ask for no token where there is no route",
        file="services/desk_api/serve.py",
        was="if below.startswith(PROVEN) else NOBODY",
        became='if below.startswith("/api/conversations") else NOBODY',
        test="contract/test_desk_api.py::test_without_a_proven_token_there_is_nothing",
    ),
    Critical(
        name="answer about something else than what was looked at",
        file="services/desk_api/serve.py",
        was='revision = read_revision(asked) if route.needs_revision else ""',
        became='revision = ""',
        test="contract/test_desk_api.py::test_what_was_seen_must_be_said_and_still_be_so",
    ),
    Critical(
        name="let another site use the cookie",
        file="services/desk_api/own_page.py",
        was='own = site == "same-origin"',
        became='own = site != "cross-site"',
        test="unit/desk_api/test_sessions.py::test_a_page_of_somebody_else_gets_nowhere",
    ),
    Critical(
        name="ask no origin of an older browser",
        file="services/desk_api/own_page.py",
        was='urlsplit(origin).netloc == asked.headers.get("host", "")',
        became="bool(urlsplit(origin).netloc)",
        test="unit/desk_api/test_sessions.py::test_a_page_of_somebody_else_gets_nowhere",
    ),
    Critical(
        name="let a script read what renews a session",
        file="services/desk_api/sessions.py",
        was="; HttpOnly; SameSite=Strict{secure}",
        became="; SameSite=Strict{secure}",
        test="unit/desk_api/test_sessions.py::test_whoever_signs_in_gets_a_token_and_a_cookie_that_no_script_reads",
    ),
    Critical(
        name="send what renews a session over an open line",
        file="services/desk_api/sessions.py",
        was='secure = "" if self._is_local else "; Secure"',
        became='secure = ""',
        test="unit/desk_api/test_sessions.py::test_whoever_signs_in_gets_a_token_and_a_cookie_that_no_script_reads",
    ),
    Critical(
        name="leave a session to somebody who is no agent",
        file="services/desk_api/sessions.py",
        was="            self._users.revoke(tokens.refresh)\n            raise\n",
        became="            raise\n",
        test="unit/desk_api/test_sessions.py::test_whoever_is_no_agent_gets_no_session",
    ),
    Critical(
        name="tell which names there are",
        file="adapters/sign_in.py",
        was='"UserNotFoundException": ("sign_in_failed", WRONG)',
        became='"UserNotFoundException": ("sign_in_failed", "There is nobody of that name.")',
        test="unit/desk_api/test_sessions.py::test_whatever_is_wrong_with_a_name_or_a_password_sounds_the_same",
    ),
    Critical(
        name="serve files from beside the page",
        file="services/desk_api/page.py",
        was="file = self._files.get(asked.path.removeprefix(FILES) if named else INDEX)",
        became="file = self._files.get(asked.path.removeprefix(FILES) if named else INDEX, self._files[INDEX])",
        test="unit/desk_api/test_page.py::test_nothing_but_the_page_s_files_is_served",
    ),
    Critical(
        name="write down what was said at the desk",
        file="handlers/serve_desk.py",
        was='report([Fact(name="desk_acts", fields={"did": given.did})])',
        became='report([Fact(name="desk_acts", fields={"did": str(given.body)})])',
        test="unit/desk_api/test_serve_desk.py::test_an_act_is_written_down_without_who_and_without_a_word",
    ),
)
