"""Who may call what: one table, by operation. A person's role and the token's scopes both bound every call.

The same table stands in docs/api.md, and each operation tells its scope in the OpenAPI document; tests hold the three
together. What somebody sees of an answer besides is cut to them by queries/, as on the pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from ifnotyou.models import EVERYONE, HOSTS, RECRUITERS, STEWARDS, Role


@dataclass(frozen=True)
class Rule:
    """Which roles, with which scope ("" for any). `sends`: a person outside hears of it, so an agent asks first."""

    roles: frozenset[Role]
    scope: str
    sends: bool = False


RULES: dict[str, Rule] = {
    "get_me": Rule(EVERYONE, ""),
    # Declines
    "list_declines": Rule(RECRUITERS, "declines:read"),
    "get_decline": Rule(RECRUITERS, "declines:read"),
    "list_askers": Rule(RECRUITERS, "declines:read"),
    "record_decline": Rule(RECRUITERS, "declines:write"),
    "decide_decline": Rule(RECRUITERS, "declines:write"),
    "hand_over_decline": Rule(RECRUITERS, "declines:write"),
    "take_back_decline": Rule(RECRUITERS, "declines:write"),
    "keep_enjoyed": Rule(RECRUITERS, "declines:write"),
    "opt_out_candidate": Rule(RECRUITERS, "declines:write"),
    # Asks: each sees their own, and nobody else's
    "list_asks": Rule(EVERYONE, "asks:read"),
    "get_ask": Rule(EVERYONE, "asks:read"),
    "check_note": Rule(EVERYONE, "asks:read"),
    "preview_note": Rule(EVERYONE, "asks:read"),
    "save_note": Rule(EVERYONE, "asks:write"),
    "start_talking": Rule(EVERYONE, "asks:write"),
    "pass_ask": Rule(EVERYONE, "asks:write"),
    "say_of_ask": Rule(EVERYONE, "asks:write"),
    "answer_ask": Rule(EVERYONE, "asks:write"),
    "close_ask": Rule(EVERYONE, "asks:write"),
    "take_names_back": Rule(EVERYONE, "asks:write"),
    "thank_for_ask": Rule(EVERYONE, "asks:write"),
    "send_note": Rule(EVERYONE, "asks:send", sends=True),
    "take_note_along": Rule(EVERYONE, "asks:send", sends=True),
    # The people named
    "list_referrals": Rule(RECRUITERS | STEWARDS, "names:read"),
    "get_referral": Rule(RECRUITERS | STEWARDS, "names:read"),
    "mark_introduction_arrived": Rule(EVERYONE, "names:write"),
    "list_vips": Rule(EVERYONE, "names:read"),
    "get_vip": Rule(EVERYONE, "names:read"),
    "take_vip": Rule(HOSTS, "names:write"),
    "give_back_vip": Rule(HOSTS, "names:write"),
    "list_hosts": Rule(HOSTS, "names:read"),
    "hand_on_vip": Rule(HOSTS, "names:write"),
    "say_of_vip": Rule(HOSTS, "names:write"),
    "mark_vip_contacted": Rule(HOSTS, "names:write"),
    "plan_next_step": Rule(HOSTS, "names:write"),
    "correct_vip": Rule(HOSTS, "names:write"),
    "list_roles": Rule(HOSTS, "names:read"),
    "change_vip_role": Rule(HOSTS, "names:write"),
    "set_vip_aside": Rule(RECRUITERS, "names:write"),
    "join_vips": Rule(RECRUITERS, "names:write"),
    "ask_referrer": Rule(RECRUITERS, "names:write", sends=True),  # whoever named them may read it
    "list_free_times": Rule(HOSTS, "names:read"),
    "agree_talk": Rule(HOSTS, "names:write"),
    "call_off_talk": Rule(HOSTS, "names:write"),
    "get_letter": Rule(HOSTS, "names:read"),
    "check_letter": Rule(HOSTS, "names:read"),
    "preview_letter": Rule(HOSTS, "names:read"),
    "save_letter": Rule(HOSTS, "names:write"),
    "say_of_letter": Rule(HOSTS, "names:write"),
    "send_letter": Rule(HOSTS, "names:send", sends=True),
    "take_letter_along": Rule(HOSTS, "names:send", sends=True),
    # Files
    "list_imports": Rule(RECRUITERS, "imports:read"),
    "get_import": Rule(RECRUITERS, "imports:read"),
    "upload_import": Rule(RECRUITERS, "imports:write"),
    "take_in_import": Rule(RECRUITERS, "imports:write"),
    "throw_away_import": Rule(RECRUITERS, "imports:write"),
    # Insights
    "get_insights": Rule(RECRUITERS, "insights:read"),
}
"""By the name of the operation, which is its function's and its operationId."""
