/**
 * The browser's part of passkeys: a form marked with data-passkey asks its server for a question, has the browser answer it, and sends the
 * answer as a form does. Without passkeys in this browser the form stays hidden.
 */
const forms = document.querySelectorAll("form[data-passkey]");

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined) {
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

async function answer(form) {
  const told = form.querySelector("[data-refused]");
  told.hidden = true;
  try {
    const asked = await fetch(form.dataset.passkey, { method: "POST" });
    if (!asked.ok) {
      throw new Error(`the question was answered with ${asked.status}`);
    }
    const options = await asked.json();
    const credential =
      form.dataset.makes === undefined
        ? await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
          })
        : await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
          });
    form.elements.response.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    // Turned away by the person or the device: nothing was sent.
    told.hidden = false;
  }
}
