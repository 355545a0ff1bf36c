// Presses "Continue" once for the person. A crawler that only looks at the page leaves the link unused.

const form = document.getElementById("sign-in");
const mark = `opened:${form.action}`;

if (!sessionStorage.getItem(mark)) {
  sessionStorage.setItem(mark, "yes"); // coming back with the Back button does not try again
  document.getElementById("opening").textContent = "Opening…";
  form.requestSubmit();
}
