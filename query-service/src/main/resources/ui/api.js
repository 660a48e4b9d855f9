// Calls of the API. Paths are relative to the page, so that a route prefix needs no configuration.
export class ApiError extends Error {}

export async function call(path, parameters = {}, options = {}) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== "") body.append(name, one);
  }
  const post = options.post;
  const url = "api/v1/" + path + (post || !body.size ? "" : "?" + body);
  let response;
  try {
    response = await fetch(url, {method: post ? "POST" : "GET", body: post ? body : undefined, signal: options.signal});
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new ApiError("The server cannot be reached: " + e.message);
  }
  const text = await response.text();
  let answer;
  try {
    answer = text ? JSON.parse(text) : {status: "success"};
  } catch {
    throw new ApiError(`${response.status} ${response.statusText}: ${text.slice(0, 300)}`);
  }
  if (answer.status !== "success") throw new ApiError(`${answer.errorType ?? response.status}: ${answer.error ?? text}`);
  return answer;
}
