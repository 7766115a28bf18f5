import django.db.models.deletion
from django.db import migrations, models


def compare_by_bytes(apps, schema_editor):
    """Have PostgreSQL order paths by their bytes, as SQLite does, and buckets list them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE mirror_ledgerrow ALTER COLUMN path TYPE text COLLATE "C"'
        )


class Migration(migrations.Migration):

    # Apart from the mirrors themselves, which entries name: the history names keys of entries.
    dependencies = [
        ('changes', '0001_initial'),
        ('images', '0001_initial'),
        ('jobs', '0001_initial'),
        ('mirror', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Base',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keys', models.TextField(default='[]')),
                ('image', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bases', to='images.image')),
                ('mirror', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bases', to='mirror.mirror')),
            ],
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('all', 'the whole bucket'), ('paths', 'some paths'), ('reapply', 'what is known, applied again')], default='all', max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('completed', 'completed'), ('problems', 'completed with problems'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('counters', models.JSONField(default=dict, help_text='what became of how many objects')),
                ('message', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('change_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='changes.changeset')),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mirror_run', to='jobs.job')),
                ('mirror', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='mirror.mirror')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.TextField()),
                ('etag', models.CharField(blank=True, max_length=128, verbose_name='ETag')),
                ('size', models.BigIntegerField(default=0)),
                ('modified_at', models.DateTimeField(blank=True, null=True)),
                ('sidecar_path', models.TextField(blank=True)),
                ('sidecar_etag', models.CharField(blank=True, max_length=128, verbose_name='sidecar’s ETag')),
                ('said', models.TextField(blank=True)),
                ('held', models.TextField(blank=True)),
                ('applied', models.CharField(blank=True, max_length=20)),
                ('outcome', models.CharField(choices=[('synced', 'synced'), ('problem', 'synced, with a problem'), ('skipped', 'skipped'), ('failed', 'failed'), ('held', 'held'), ('gone', 'left the bucket'), ('removed', 'left the bucket, and the library'), ('alone', 'sidecar without an image')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('remarks', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ledger', to='images.image')),
                ('mirror', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='mirror.mirror')),
                ('was', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='images.image')),
                ('run', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rows', to='mirror.run')),
            ],
        ),
        migrations.AddConstraint(
            model_name='base',
            constraint=models.UniqueConstraint(fields=('image', 'mirror'), name='one_base_an_image'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['mirror', '-id'], name='runs_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running'))), fields=('mirror',), name='one_run_a_mirror'),
        ),
        migrations.AddIndex(
            model_name='ledgerrow',
            index=models.Index(condition=models.Q(('outcome', 'synced'), _negated=True), fields=['mirror', 'outcome', 'path'], name='ledger_by_outcome'),
        ),
        migrations.AddIndex(
            model_name='ledgerrow',
            index=models.Index(condition=models.Q(('was__isnull', False)), fields=['mirror'], name='ledger_moved'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.UniqueConstraint(fields=('mirror', 'path'), name='one_row_an_object'),
        ),
        migrations.RunPython(compare_by_bytes, migrations.RunPython.noop),
    ]
