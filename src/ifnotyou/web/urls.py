"""The addresses of the pages."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from ifnotyou.web import audit, cards, declines, home, imports, people, settings_pages, signing_in, welcome

urlpatterns = [
    path("healthz", home.healthz, name="healthz"),
    path("", home.home, name="home"),
    path("declines/", declines.show_inbox, name="declines"),
    path("declines/record/", declines.record, name="decline_record"),
    path("declines/<int:decline_id>/", declines.show_decline, name="decline"),
    path("declines/<int:decline_id>/decide/", declines.decide_about, name="decline_decide"),
    path("declines/<int:decline_id>/hand-over/", declines.hand_to, name="decline_hand_over"),
    path("declines/<int:decline_id>/take-back/", declines.take_back, name="decline_take_back"),
    path("declines/<int:decline_id>/enjoyed/", declines.keep_enjoyed, name="decline_enjoyed"),
    path("declines/<int:decline_id>/opt-out/", declines.opt_out, name="decline_opt_out"),
    path("cards/", cards.show_cards, name="cards"),
    path("cards/<int:ask_id>/", cards.show_card, name="card"),
    path("cards/<int:ask_id>/write/", cards.write, name="card_write"),
    path("cards/<int:ask_id>/tone/", cards.check_words, name="card_tone"),
    path("cards/<int:ask_id>/preview/", cards.preview, name="card_preview"),
    path("cards/<int:ask_id>/send/", cards.send, name="card_send"),
    path("cards/<int:ask_id>/take-along/", cards.take_along, name="card_take_along"),
    path("cards/<int:ask_id>/note.eml", cards.note_file, name="card_note"),
    path("cards/<int:ask_id>/talk/", cards.start_talking, name="card_talk"),
    path("cards/<int:ask_id>/pass-on/", cards.pass_on, name="card_pass_on"),
    re_path(
        r"^cards/(?P<ask_id>[0-9]{1,18})/say/(?P<what>asked|not-asked|opted-out)/$",
        cards.say,
        name="card_say",
    ),
    path("cards/<int:ask_id>/answer/", cards.answer, name="card_answer"),
    path("audit/", audit.show_audit, name="audit"),
    path("imports/", imports.show_imports, name="imports"),
    path("imports/upload/", imports.upload, name="import_upload"),
    path("imports/<int:import_id>/", imports.show_import, name="import"),
    path("imports/<int:import_id>/take-in/", imports.take_in, name="import_take_in"),
    path("imports/<int:import_id>/throw-away/", imports.throw_away, name="import_throw_away"),
    # Signing in; allauth's pages under our addresses, only those that we use
    path("welcome/", welcome.welcome, name="welcome"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/link/", signing_in.ask_for_link, name="sign_in_link_ask"),
    path("sign-in/link/<str:token>/", signing_in.sign_in_by_link, name="sign_in_link"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/off/", signing_in.account_off, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("invitation/<str:token>/", signing_in.invitation, name="invitation"),
    # My settings
    path("me/", settings_pages.me, name="me"),
    path("me/asking/", settings_pages.my_asking, name="my_asking"),
    path("me/mailbox/", settings_pages.my_mailbox, name="my_mailbox"),
    path("me/mailbox/try/", settings_pages.my_mailbox_try, name="my_mailbox_try"),
    path("me/mailbox/remove/", settings_pages.my_mailbox_remove, name="my_mailbox_remove"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/password/first/", account.password_set, name="account_set_password"),
    path("me/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("me/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("me/second-factor/", mfa.index, name="mfa_index"),
    path("me/second-factor/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/second-factor/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "me/second-factor/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/second-factor/codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    # People and the company
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="people_invite"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/role/", people.person_role, name="person_role"),
    path("people/<int:user_id>/colleague/", people.person_colleague, name="person_colleague"),
    path("people/<int:user_id>/again/", people.person_again, name="person_again"),
    path("people/<int:user_id>/off/", people.person_off, name="person_off"),
    path("people/<int:user_id>/on/", people.person_on, name="person_on"),
    path("settings/", settings_pages.settings, name="settings"),
]
