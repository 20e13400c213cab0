// Lets allauth's scripts loose on the one button with data-passkey-form; shows what needs them only where they work,
// and says it when nothing came of it.
(function () {
  const works = Boolean(window.PublicKeyCredential)
  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('[data-passkey]').forEach(function (element) { element.hidden = !works })
    document.querySelectorAll('[data-no-passkey]').forEach(function (element) { element.hidden = works })
    const button = document.querySelector('[data-passkey-form]')
    if (!works || !button) { return }
    const credential = button.form.querySelector('[name=credential]').id
    const ids = { credential, add: button.id, login: button.id, authenticate: button.id, passwordless: 'id_passwordless' }
    if (document.getElementById('js_data')) { ids.data = 'js_data' }
    window.allauth.webauthn.forms[button.dataset.passkeyForm]({ ids })
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const place = document.getElementById('passkey-problem')
    if (place) { place.hidden = false }
  })
})()
