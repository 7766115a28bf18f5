"""`filter(pk__among=numbers)`: as `in`, for as many numbers or texts as there are.

They go to the database as one parameter. A list of a thousand costs Django more to prepare, one
placeholder each, than the database to answer, and neither takes a list of a hundred thousand.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


# Foreign keys do not inherit the lookups of other fields.
@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    lookup_name = "among"
    # Each value goes as it is: preparing them one by one is what this lookup is there to save.
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*parameters, values]
        if any(isinstance(value, bytes) for value in values[:1]):
            # Bytes are nothing JSON can say.
            return f"{column} IN ({', '.join(['%s'] * len(values))})", [*parameters, *values]
        chosen = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 -- no word of a user's
        return chosen, [*parameters, json.dumps(values)]
