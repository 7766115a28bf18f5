"""What stores answer, in words that say which permission is missing or what else to do."""

from __future__ import annotations

from ssl import SSLCertVerificationError
from typing import Any, Literal
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 -- botocore's own
    HTTPClientError,
    NoCredentialsError,
    SSLError,
)
from urllib3.exceptions import NameResolutionError

from assetlib.mirror.bucket.guard import InsideError

Deed = Literal["list", "head", "read"]
PERMISSIONS: dict[Deed, str] = {
    "list": "s3:ListBucket",
    "head": "s3:GetObject",
    "read": "s3:GetObject",
}
DENIED = {"AccessDenied", "403", "Forbidden", "AllAccessDisabled"}
NOT_THERE = {"NoSuchKey", "404", "NotFound"}
# What is wrong with the whole, whichever object was asked for.
WHOLE = {
    "NoSuchBucket": "There is no bucket “{bucket}” at {host}.",
    "InvalidAccessKeyId": "{host} does not know the access key id.",
    "SignatureDoesNotMatch": "The secret access key is wrong.",
    "ExpiredToken": "The session token has expired.",
    "ExpiredTokenException": "The session token has expired.",
    "InvalidToken": "The session token is wrong.",
    "InvalidClientTokenId": "AWS does not know the access key id.",
    "RequestTimeTooSkewed": "This server’s clock is wrong: {host} refuses its signatures.",
    "PermanentRedirect": "The bucket “{bucket}” is in another region.",
    "AuthorizationHeaderMalformed": "The region of the credential is wrong.",
    "IllegalLocationConstraintException": "The region of the credential is wrong.",
    "InvalidBucketName": "“{bucket}” is no name a bucket can have.",
}


class BucketError(Exception):
    """The bucket cannot be worked with; the text tells a person why."""


class ObjectError(Exception):
    """One object cannot be read; the others can."""


class Place:
    """Whom was asked for what, as far as a sentence needs it."""

    def __init__(self, bucket: str, endpoint: str) -> None:
        self.bucket = bucket
        self.host = urlsplit(endpoint).netloc or "AWS"

    def refused(
        self, error: BotoCoreError | ClientError | InsideError, deed: Deed, path: str = ""
    ) -> BucketError | ObjectError:
        """Return what went wrong, and whether with one object or with the whole."""
        match error:
            case ClientError():
                return self._answered(error.response, deed, path)
            case NoCredentialsError():
                return BucketError("This machine has no credentials of its own.")
            case _:
                return BucketError(self._unanswered(error))

    def _unanswered(self, error: BotoCoreError | InsideError) -> str:
        match error:
            case SSLError(kwargs={"error": Exception(args=(SSLCertVerificationError(), *_))}):
                return f"The certificate of {self.host} is not trusted."
            case SSLError():
                return f"{self.host} does not speak https; http:// may be what it speaks."
            case HTTPClientError(kwargs={"error": InsideError() as inside}):
                return str(inside)
            case ConnectionError(kwargs={"error": NameResolutionError()}):
                return f"The name of {self.host} is not known: no address belongs to it."
            case ConnectionError() | HTTPClientError():
                return f"{self.host} does not answer."
            case _:
                return str(error)

    def _answered(self, response: Any, deed: Deed, path: str) -> BucketError | ObjectError:
        said = response.get("Error", {})
        code, message = str(said.get("Code", "")), str(said.get("Message", ""))
        if code in WHOLE:
            return BucketError(WHOLE[code].format(bucket=self.bucket, host=self.host))
        kind = ObjectError if path else BucketError
        if code in DENIED:
            if "kms" in message.lower():
                return kind("The credential lacks the permission kms:Decrypt.")
            what = f"arn:aws:s3:::{self.bucket}" + ("" if deed == "list" else "/*")
            return kind(f"The credential lacks the permission {PERMISSIONS[deed]} on {what}.")
        if code in NOT_THERE:
            if path:
                return ObjectError("The object is no longer in the bucket.")
            return BucketError(WHOLE["NoSuchBucket"].format(bucket=self.bucket, host=self.host))
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        return kind(f"{self.host} answers {status} {code}: {message}".strip())
